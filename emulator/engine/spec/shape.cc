// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/spec/shape.h"

namespace spcs::spec {
namespace {

constexpr bool kRequired = true;

constexpr Member kProbe[] = {
    {"port", Shape::kInt, kRequired},
    {"path", Shape::kText, kRequired},
    {"periodSeconds", Shape::kInt},
    {"failureThreshold", Shape::kInt},
};
constexpr Member kMount[] = {
    {"name", Shape::kText, kRequired},
    {"mountPath", Shape::kText, kRequired},
};
constexpr Member kAmounts[] = {
    {"memory", Shape::kText},
    {"cpu", Shape::kText},
    {"nvidia.com/gpu", Shape::kInt},
};
constexpr Member kResources[] = {
    {"limits", Shape::kObject, false, kAmounts},
    {"requests", Shape::kObject, false, kAmounts},
};
constexpr Member kSecretName[] = {
    {"objectName", Shape::kText},
    {"objectReference", Shape::kText},
};
constexpr Member kSecret[] = {
    {"snowflakeSecret", Shape::kTextOrObject, kRequired, kSecretName},
    {"secretKeyRef", Shape::kText},
    {"envVarName", Shape::kText},
    {"directoryPath", Shape::kText},
};
constexpr Member kSessionToken[] = {
    {"path", Shape::kText},
    {"permission", Shape::kText},
    {"mountConnectionConfig", Shape::kBool},
};
constexpr Member kContainer[] = {
    {"name", Shape::kText, kRequired},
    {"image", Shape::kText, kRequired},
    {"sha256", Shape::kText, false, {}, /*printed_only=*/true},
    {"command", Shape::kTexts},
    {"args", Shape::kTexts},
    {"env", Shape::kTextMap},
    {"readinessProbe", Shape::kObject, false, kProbe},
    {"livenessProbe", Shape::kObject, false, kProbe},
    {"volumeMounts", Shape::kObjects, false, kMount},
    {"resources", Shape::kObject, false, kResources},
    {"secrets", Shape::kObjects, false, kSecret},
    {"mountSessionToken", Shape::kBool},
    {"sessionTokenConfig", Shape::kObject, false, kSessionToken},
};
constexpr Member kCors[] = {
    {"Access-Control-Allow-Origin", Shape::kTexts, kRequired},
    {"Access-Control-Allow-Methods", Shape::kTexts},
    {"Access-Control-Allow-Headers", Shape::kTexts},
    {"Access-Control-Expose-Headers", Shape::kTexts},
};
constexpr Member kEndpoint[] = {
    {"name", Shape::kText, kRequired}, {"port", Shape::kInt},    {"portRange", Shape::kText},
    {"protocol", Shape::kText},        {"public", Shape::kBool}, {"corsSettings", Shape::kObject, false, kCors},
};
constexpr Member kInitialContents[] = {{"fromSnapshot", Shape::kText, kRequired}};
constexpr Member kBlock[] = {
    {"initialContents", Shape::kObject, false, kInitialContents},
    {"iops", Shape::kInt},
    {"throughput", Shape::kInt},
    {"encryption", Shape::kText},
    {"snapshotOnDelete", Shape::kBool},
    {"snapshotDeleteAfter", Shape::kText},
};
constexpr Member kStage[] = {
    {"name", Shape::kText, kRequired},
    {"metadataCache", Shape::kText},
    {"resources", Shape::kObject, false, kResources},
};
constexpr Member kVolume[] = {
    {"name", Shape::kText, kRequired},
    {"source", Shape::kText, kRequired},
    {"size", Shape::kText},
    {"uid", Shape::kInt},
    {"gid", Shape::kInt},
    {"blockConfig", Shape::kObject, false, kBlock},
    {"stageConfig", Shape::kObject, false, kStage},
};
constexpr Member kEventTable[] = {{"logLevel", Shape::kText}};
constexpr Member kLogExporters[] = {{"eventTableConfig", Shape::kObject, kRequired, kEventTable}};
constexpr Member kMetricConfig[] = {{"groups", Shape::kTexts, kRequired}};
constexpr Member kPlatformMonitor[] = {{"metricConfig", Shape::kObject, kRequired, kMetricConfig}};
constexpr Member kTargetScaling[] = {{"targetValue", Shape::kText, kRequired}};
constexpr Member kMetricCondition[] = {
    {"metricName", Shape::kText, kRequired},
    {"aggregationType", Shape::kText},
    {"stabilizationPeriodSecs", Shape::kInt},
    {"targetScaling", Shape::kObject, false, kTargetScaling},
};
constexpr Member kCondition[] = {{"metricCondition", Shape::kObject, kRequired, kMetricCondition}};
constexpr Member kAny[] = {{"anyConditions", Shape::kObjects, kRequired, kCondition}};
constexpr Member kAll[] = {{"allConditions", Shape::kObjects, kRequired, kCondition}};
constexpr Member kPolicies[] = {
    {"scaleUp", Shape::kObject, false, kAny},
    {"scaleDown", Shape::kObject, false, kAll},
    {"suspend", Shape::kObject, false, kAll},
};
constexpr Member kManagement[] = {{"autoScalingPolicies", Shape::kObject, false, kPolicies}};
constexpr Member kSpec[] = {
    {"containers", Shape::kObjects, kRequired, kContainer},
    {"endpoints", Shape::kObjects, false, kEndpoint},
    {"volumes", Shape::kObjects, false, kVolume},
    {"logExporters", Shape::kObject, false, kLogExporters},
    {"platformMonitor", Shape::kObject, false, kPlatformMonitor},
    {"resourceManagement", Shape::kObject, false, kManagement},
};
constexpr Member kSecurityContext[] = {
    {"executeAsCaller", Shape::kBool},
    {"enableCustomCredentials", Shape::kBool},
};
constexpr Member kCapabilities[] = {{"securityContext", Shape::kObject, false, kSecurityContext}};
constexpr Member kServiceRole[] = {
    {"name", Shape::kText, kRequired},
    {"endpoints", Shape::kTexts, kRequired},
};
constexpr Member kTop[] = {
    {"spec", Shape::kObject, kRequired, kSpec},
    {"capabilities", Shape::kObject, false, kCapabilities},
    {"serviceRoles", Shape::kObjects, false, kServiceRole},
};
constexpr Member kRoot = {"", Shape::kObject, kRequired, kTop};

}  // namespace

const Member& Root() {
  return kRoot;
}

}  // namespace spcs::spec
