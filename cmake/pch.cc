// SPDX-License-Identifier: MPL-2.0
// Gives the precompiled headers a target to belong to.
