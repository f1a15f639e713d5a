/**
 * Names of AWS's managed policies that stand below a path, which their ARN has and their name has not. Policies of service-linked
 * roles, which nobody else can attach, are left out. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const BELOW: Readonly<Record<string, string>> = {
  'service-role/': `
    AWSAppRunnerServicePolicyForECRAccess AWSAppSyncPushToCloudWatchLogs AWSApplicationMigrationAgentPolicy_v2
    AWSApplicationMigrationConversionServerPolicy AWSApplicationMigrationMGHAccess
    AWSApplicationMigrationReplicationServerPolicy AWSArtifactAccountSync
    AWSBackupGatewayServiceRolePolicyForVirtualMachineMetadataSync AWSBackupServiceRolePolicyForBackup
    AWSBackupServiceRolePolicyForRestores AWSBatchServiceEventTargetRole AWSBatchServiceRole AWSCloudHSMRole
    AWSCodeDeployRole AWSCodeDeployRoleForCloudFormation AWSCodeDeployRoleForLambda AWSCodeDeployRoleForLambdaLimited
    AWSCodeStarServiceRole AWSConfigRoleForOrganizations AWSConfigRulesExecutionRole AWSControlTowerServiceRolePolicy
    AWSCostAndUsageReportAutomationPolicy AWSDataLifecycleManagerSSMFullAccess AWSDataLifecycleManagerServiceRole
    AWSDataLifecycleManagerServiceRoleForAMIManagement AWSDeepLensServiceRolePolicy AWSDeepRacerServiceRolePolicy
    AWSElasticBeanstalkEnhancedHealth AWSElasticBeanstalkRoleCWL AWSElasticBeanstalkRoleCore AWSElasticBeanstalkRoleECS
    AWSElasticBeanstalkRoleRDS AWSElasticBeanstalkRoleSNS AWSElasticBeanstalkRoleWorkerTier AWSElasticBeanstalkService
    AWSElasticDisasterRecoveryAgentPolicy AWSElasticDisasterRecoveryConversionServerPolicy
    AWSElasticDisasterRecoveryCrossAccountReplicationPolicy AWSElasticDisasterRecoveryEc2InstancePolicy
    AWSElasticDisasterRecoveryFailbackPolicy AWSElasticDisasterRecoveryNetworkReplicationPolicy
    AWSElasticDisasterRecoveryRecoveryInstancePolicy AWSElasticDisasterRecoveryReplicationServerPolicy
    AWSElasticDisasterRecoveryStagingAccountPolicy AWSElasticDisasterRecoveryStagingAccountPolicy_v2
    AWSFaultInjectionSimulatorEC2Access AWSFaultInjectionSimulatorECSAccess AWSFaultInjectionSimulatorEKSAccess
    AWSFaultInjectionSimulatorNetworkAccess AWSFaultInjectionSimulatorRDSAccess AWSFaultInjectionSimulatorSSMAccess
    AWSGlueDataBrewServiceRole AWSGlueServiceNotebookRole AWSGlueServiceRole AWSGreengrassResourceAccessRolePolicy
    AWSIoTDeviceDefenderAddThingsToThingGroupMitigationAction AWSIoTDeviceDefenderAudit
    AWSIoTDeviceDefenderEnableIoTLoggingMitigationAction AWSIoTDeviceDefenderPublishFindingsToSNSMitigationAction
    AWSIoTDeviceDefenderReplaceDefaultPolicyMitigationAction AWSIoTDeviceDefenderUpdateCACertMitigationAction
    AWSIoTDeviceDefenderUpdateDeviceCertMitigationAction AWSIoTFleetHubFederationAccess AWSIoTLogging AWSIoTOTAUpdate
    AWSIoTRuleActions AWSIoTSiteWiseMonitorPortalAccess AWSIoTThingsRegistration AWSLambdaBasicExecutionRole
    AWSLambdaDynamoDBExecutionRole AWSLambdaENIManagementAccess AWSLambdaKinesisExecutionRole AWSLambdaMSKExecutionRole
    AWSLambdaRole AWSLambdaSQSQueueExecutionRole AWSLambdaVPCAccessExecutionRole AWSLicenseManagerConsumptionPolicy
    AWSMSKReplicatorExecutionRole AWSMigrationHubDMSAccess AWSMigrationHubDiscoveryAccess AWSMigrationHubRefactorSpaces-
    SSMAutomationPolicy AWSMigrationHubSMSAccess AWSOpsWorksCMServiceRole AWSPanoramaApplianceRolePolicy
    AWSPanoramaApplianceServiceRolePolicy AWSPanoramaGreengrassGroupRolePolicy AWSPanoramaSageMakerRolePolicy
    AWSPanoramaServiceRolePolicy AWSQuickSightDescribeRDS AWSQuickSightDescribeRedshift AWSQuickSightElasticsearchPolicy
    AWSQuickSightListIAM AWSQuickSightSageMakerPolicy AWSQuickSightTimestreamPolicy AWSQuicksightAthenaAccess
    AWSQuicksightOpenSearchPolicy AWSShieldDRTAccessPolicy AWSSupplyChainFederationAdminAccess AWSTransferLoggingAccess
    AWS_ConfigRole AmazonAPIGatewayPushToCloudWatchLogs AmazonAppStreamPCAAccess AmazonAppStreamServiceAccess
    AmazonCodeCatalystSupportAccess AmazonDMSCloudWatchLogsRole AmazonDMSRedshiftS3Role AmazonDMSVPCManagementRole
    AmazonDataZoneDomainExecutionRolePolicy AmazonDataZoneGlueManageAccessRolePolicy
    AmazonDataZoneRedshiftManageAccessRolePolicy AmazonEBSCSIDriverPolicy AmazonEC2ContainerServiceAutoscaleRole
    AmazonEC2ContainerServiceEventsRole AmazonEC2ContainerServiceRole AmazonEC2ContainerServiceforEC2Role
    AmazonEC2RoleforAWSCodeDeploy AmazonEC2RoleforAWSCodeDeployLimited AmazonEC2RoleforDataPipelineRole
    AmazonEC2RoleforSSM AmazonEC2SpotFleetAutoscaleRole AmazonEC2SpotFleetTaggingRole
    AmazonECSInfrastructureRolePolicyForServiceConnectTransportLayerSecurity AmazonECSInfrastructureRolePolicyForVolumes
    AmazonECSTaskExecutionRolePolicy AmazonEFSCSIDriverPolicy AmazonEMRServicePolicy_v2 AmazonElasticMapReduceEditorsRole
    AmazonElasticMapReduceRole AmazonElasticMapReduceforAutoScalingRole AmazonElasticMapReduceforEC2Role
    AmazonElasticTranscoderRole AmazonFreeRTOSOTAUpdate AmazonGrafanaAthenaAccess AmazonGrafanaCloudWatchAccess
    AmazonGrafanaRedshiftAccess AmazonMachineLearningRoleforRedshiftDataSourceV3 AmazonMacieHandshakeRole
    AmazonMacieServiceRole AmazonPersonalizeFullAccess AmazonRDSDirectoryServiceAccess AmazonRDSEnhancedMonitoringRole
    AmazonRekognitionServiceRole AmazonS3ObjectLambdaExecutionRolePolicy AmazonSNSRole AmazonSSMAutomationRole
    AmazonSSMMaintenanceWindowRole AmazonSageMakerCanvasDirectDeployAccess AmazonSageMakerCanvasForecastAccess
    AmazonSageMakerEdgeDeviceFleetPolicy AmazonSageMakerGeospatialExecutionRole AmazonSageMakerGeospatialFullAccess
    AmazonSageMakerPartnerServiceCatalogProductsApiGatewayServiceRolePolicy
    AmazonSageMakerPartnerServiceCatalogProductsCloudFormationServiceRolePolicy
    AmazonSageMakerPartnerServiceCatalogProductsLambdaServiceRolePolicy
    AmazonSageMakerServiceCatalogProductsApiGatewayServiceRolePolicy
    AmazonSageMakerServiceCatalogProductsCloudformationServiceRolePolicy
    AmazonSageMakerServiceCatalogProductsCodePipelineServiceRolePolicy
    AmazonSageMakerServiceCatalogProductsEventsServiceRolePolicy
    AmazonSageMakerServiceCatalogProductsFirehoseServiceRolePolicy
    AmazonSageMakerServiceCatalogProductsGlueServiceRolePolicy
    AmazonSageMakerServiceCatalogProductsLambdaServiceRolePolicy AmazonSecurityLakeMetastoreManager
    AmazonTextractServiceRole AmplifyBackendDeployFullAccess ApplicationAutoScalingForAmazonAppStreamAccess
    AutoScalingNotificationAccessRole AwsGlueSessionUserRestrictedNotebookServiceRole
    AwsGlueSessionUserRestrictedServiceRole CloudWatchEventsBuiltInTargetExecutionAccess CloudWatchEventsInvocationAccess
    ComprehendDataAccessRolePolicy EC2ImageBuilderLifecycleExecutionPolicy GreengrassOTAUpdateArtifactAccess
    QuickSightAccessForS3StorageManagementAnalyticsReadOnly RDSCloudHsmAuthorizationRole
    ROSAAmazonEBSCSIDriverOperatorPolicy ROSACloudNetworkConfigOperatorPolicy ROSAControlPlaneOperatorPolicy
    ROSAImageRegistryOperatorPolicy ROSAIngressOperatorPolicy ROSAInstallerPolicy ROSAKMSProviderPolicy
    ROSAKubeControllerPolicy ROSANodePoolManagementPolicy ROSASRESupportPolicy ROSAWorkerInstancePolicy
    ServerMigrationServiceLaunchRole ServerMigrationServiceRoleForInstanceValidation ServerMigration_ServiceRole
    VMImportExportRoleForAWSConnector
  `,
  'job-function/': `
    Billing DataScientist DatabaseAdministrator NetworkAdministrator SupportUser SystemAdministrator ViewOnlyAccess
  `,
};

const PATHS = new Map(
  Object.entries(BELOW).flatMap(([path, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, `${path}${name}`] as const),
  ),
);

/** The ARN of a managed policy by its name; an ARN, or whatever else is no name, stays what it is. */
export function managedPolicyArn(partition: string, name: string): string {
  return !/^[\w+=,.@-]+$/.test(name) ? name : `arn:${partition}:iam::aws:policy/${PATHS.get(name) ?? name}`;
}

interface Place {
  readonly partition: string;
}

/** The ARN of a policy that AWS manages, by its path and name. */
export function managedPolicy({ partition }: Place, path: string): string {
  return `arn:${partition}:iam::aws:policy/${path}`;
}

/** The policy by which traces are written: AWS's newer one is used outside of its first partition only. */
export function tracingPolicy({ partition }: Place): string {
  return partition === 'aws' ? 'AWSXrayWriteOnlyAccess' : 'AWSXRayDaemonWriteAccess';
}
