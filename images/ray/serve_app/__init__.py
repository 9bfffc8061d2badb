# SPDX-License-Identifier: MPL-2.0
"""The Ray Serve application: one language model behind one route.

    app           what Ray Serve imports: `serve_app.app:build`, the deployment `LLM`
    settings      the builder's arguments, checked
    requests      a client's JSON, checked
    replies       answers: JSON lines as they come, or one object at the end; heartbeats; the end of a client
    engine        what an engine is, and which one a configuration asks for
    toy_engine    words without a model, on any CPU: for laptops and tests
    vllm_engine   vLLM, on GPUs

Everything but `app` runs without Ray, and everything but `vllm_engine` without vLLM.
"""
