# SPDX-License-Identifier: MPL-2.0

tofu import spcs_ray_serve_model.vicuna RAY.VICUNA.RAY_HEAD/vicuna
