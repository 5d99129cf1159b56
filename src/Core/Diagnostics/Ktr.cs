namespace Kontrakt.Diagnostics;

/// <summary>
/// Every diagnostic, one line each: what happened, why, what to do, in this order; each at most two sentences before the details. 1 inputs and manifests, 2 images and registry, 3 cluster and apply,
/// 4 wait and assert, 5 context, 6 the embedded engine. A code is never used again for something else; retired ones are listed at the end.
/// </summary>
public static class Ktr
{
    // 1: inputs and manifests
    public static readonly DiagnosticKind ManifestSyntax = new("KTR1001", "this is not YAML: {0}. Fix the manifest, or, if the file is not a manifest, move it out of the kontrakt folder.");
    public static readonly DiagnosticKind DuplicateKey = new("KTR1002", "the mapping has the key '{0}' twice (first at line {1}), so one of the two values would be lost. Remove one.");
    public static readonly DiagnosticKind ManifestTooLarge = new("KTR1003", "the manifest is too large: {0}. Split it, or move data out of it.");
    public static readonly DiagnosticKind NotAnObject = new("KTR1004", "this document is not a Kubernetes object: it has no {0}. Add it, or move the file out of the kontrakt folder.");
    public static readonly DiagnosticKind UnknownLabel = new("KTR1005", "the label '{0}' is unknown, so the pod's role would be ignored. Use one of: kontrakt: target, kontrakt: test (or type: kontrakt-test), kontrakt: completion, kontrakt: readiness.");
    public static readonly DiagnosticKind NoTest = new("KTR1006", "kontrakt '{0}' has no test, so nothing would define its success. Label a pod (or a pod template) 'kontrakt: test', or add an *.assert.yaml.");
    public static readonly DiagnosticKind NoKontrakt = new("KTR1007", "no kontrakt was found below '{0}': no folder whose name contains 'kontrakt' has manifests. Add one, or set KontraktDirectory.");
    public static readonly DiagnosticKind SourceReferenceMissing = new("KTR1008", "there is no source reference: SOURCE_REFERENCE is not set, no CI variable names a commit, and git has no commit for '{0}': {1}. Set SOURCE_REFERENCE (property or environment), or commit.");
    public static readonly DiagnosticKind RepositoryMissing = new("KTR1009", "KO_DOCKER_REPO is not set, so there is no registry to push to. Set it (property or environment) to a registry and an optional path, such as localhost:5000/demo.");
    public static readonly DiagnosticKind InvalidTag = new("KTR1010", "the source reference '{0}' cannot be an image tag: {1}. Set SOURCE_REFERENCE to letters, digits, '_', '.', '-', at most 128, not beginning with '.' or '-'.");
    public static readonly DiagnosticKind InvalidRepository = new("KTR1011", "KO_DOCKER_REPO '{0}' is not a registry with an optional path: {1}. Use a form such as registry.example.com/team or localhost:5000/demo.");
    public static readonly DiagnosticKind ImagePathMissing = new("KTR1012", "the image path '{0}' is '{1}'{2}, which has neither a project nor a Dockerfile. Correct the path; it is relative to this file.");
    public static readonly DiagnosticKind ImagePathAmbiguous = new("KTR1013", "the image path '{0}' is a folder with several projects ({1}), so it names none of them. Name the project file.");
    public static readonly DiagnosticKind ClusterScoped = new("KTR1015", "{0} is not namespaced, and a kontrakt applies and asserts only what is in its own namespace. Remove it, or move it to what KontraktPrerequisites names: that is on the cluster first.");
    public static readonly DiagnosticKind ForeignNamespace = new("KTR1016", "{0} names the namespace '{1}', and a kontrakt applies and asserts only what is in its own, temporary namespace. Remove metadata.namespace.");
    public static readonly DiagnosticKind Kustomize = new("KTR1017", "the kustomization could not be rendered: {0}. Fix it, or install kubectl or kustomize.");
    public static readonly DiagnosticKind InvalidImage = new("KTR1018", $"'{{0}}' is not an image reference: {{1}}. Write a reference (registry/name:tag) or a source: ./path, ../path, {ImageSchemes.Forms}.");
    public static readonly DiagnosticKind InvalidSetting = new("KTR1019", "{0} has the value '{1}': {2}.");
    public static readonly DiagnosticKind FileUnreadable = new("KTR1020", "'{0}' cannot be read or written: {1}. Check that it exists, and its permissions.");
    public static readonly DiagnosticKind TokenWithoutValue = new("KTR1021", "'{0}' cannot be replaced: {1} has no value. Set it as a property or in the environment.");
    public static readonly DiagnosticKind UnknownAnnotation = new("KTR1022", "the annotation '{0}' is unknown, so it would have no effect. Use one of: {1}.");
    public static readonly DiagnosticKind RunMissing = new("KTR1023", "there is no run {0} in '{1}'{2}. Run the earlier steps first (target {3}).");
    public static readonly DiagnosticKind ProjectNameUnknown = new("KTR1024", "'{0}' names no project of this repository{1}. Write the name of a project file, without extension, after dotnet://.");
    public static readonly DiagnosticKind KontraktNameTwice = new("KTR1025", "two kontrakts are named '{0}': '{1}' and '{2}'. Rename one folder.");
    public static readonly DiagnosticKind ImageNameTwice = new("KTR1026", "two images would be pushed as '{0}': '{1}' and '{2}'. Name one of them with a KontraktImage item: Include it and set Name.");
    public static readonly DiagnosticKind LabelNotOnPods = new("KTR1027", "the label '{0}' is on {1} itself and not on its pods, so it would have no effect. Put it under {2}.");
    public static readonly DiagnosticKind LabelsContradict = new("KTR1028", "'{0}' contradicts '{1}' on the same pod. Remove one.");
    public static readonly DiagnosticKind ObjectTwice = new("KTR1029", "{0} is in kontrakt '{1}' twice (first in {2}), so one of the two would overwrite the other. Rename or remove one.");

    public static readonly DiagnosticKind BuildDocumentInvalid = new("KTR1040", "{0} is not valid: {1}.");
    public static readonly DiagnosticKind TemplateUnknown = new("KTR1041", "the build template '{0}' does not exist{1}. Use one of: {2}; or put your own into a folder or file of KontraktTemplates, the folder 'templates' beside the project, or a kontrakt.");
    public static readonly DiagnosticKind TemplateTwice = new("KTR1042", "two build templates are named '{0}', here and in {1}. Rename or remove one.");
    public static readonly DiagnosticKind TemplateArgumentUnknown = new("KTR1043", "the build template '{0}' has no parameter '{1}'{2}. Use one of: {3}.");
    public static readonly DiagnosticKind TemplateArgumentTwice = new("KTR1044", "the parameter '{1}' of the build template '{0}' has two values. Remove one.");
    public static readonly DiagnosticKind TemplateArgumentMissing = new("KTR1045", "the build template '{0}' ({2}) needs a value for: {1}.");
    public static readonly DiagnosticKind PlaceholderUnknown = new("KTR1046", "nothing replaces '{0}' here: {1}.");
    public static readonly DiagnosticKind ShellSyntaxWithoutShell = new("KTR1047", "'{0}' is a word of a command that no shell reads, so the program would get it as an argument. Write command: [sh, -c] and args: ['{1}'], with '$NAME' for variables, in an image that has a shell.");
    public static readonly DiagnosticKind SourcesInOneMapping = new("KTR1048", "the mapping has the key '{0}' twice (first at line {1}), so only one of the two sources would be used. Write a list 'sources:' instead of 'source', and each source as an item with a name: '- name: one', with '{0}: ...' below it. They run in the order of the list.");
    public static readonly DiagnosticKind TemplateReferenceInvalid = new("KTR1049", "'{0}' is not of the form template://NAME?KEY=VALUE&KEY=VALUE: {1}.");
    public static readonly DiagnosticKind BuildSourceUnsupported = new("KTR1050", "Kontrakt does not fetch a source '{0}'. Fetch it with a container of your choice that writes to /workspace: custom: {{image: {1}, args: {2}}}.");
    public static readonly DiagnosticKind WorkspacePathInvalid = new("KTR1051", "'{0}' is not a path below the workspace. Write it relative, without '..'.");
    public static readonly DiagnosticKind InitFileExists = new("KTR1190", "'{0}' exists already, and nothing was written. Remove it, or name another folder with --output.");
    public static readonly DiagnosticKind InitNothing = new("KTR1191", "no kontrakt can be written for '{0}': {1}.");
    public static readonly DiagnosticKind ComposeLeftOut = new("KTR1192", "{0}: {1}.");
    public static readonly DiagnosticKind FilterMatchesNothing = new("KTR1060", "the filter '{0}' (KontraktFilter) matches no kontrakt, so nothing would run. Correct it; these exist: {1}.");
    public static readonly DiagnosticKind AssertionName = new("KTR1061", "'{0}' is named like an assertion, but it would be applied: the run itself would make what it demands. Rename it to '{1}' (x.assert.yaml: must become true; x.error.yaml: must not exist), or to another name, if you want it to be applied.");
    public static readonly DiagnosticKind AssertionListed = new("KTR1062", "the kustomization lists the assertion '{0}', and what it lists is applied: the run itself would make what it demands. Remove it from the list; assertions are found by their names.");
    public static readonly DiagnosticKind ForeignTest = new("KTR1063", "'{0}' ({1}) is a document of {2}, which Kontrakt does not run. Write what must become true in x.assert.yaml, what must not exist in x.error.yaml, and a command as a pod labelled 'kontrakt: test'.");
    public static readonly DiagnosticKind NothingRuns = new("KTR1064", "{0} has pods labelled '{1}', and with '{2}' none of them runs, so nothing would be tested. Correct the field, or remove the label.");
    public static readonly DiagnosticKind GeneratedName = new("KTR1065", "this object has a generateName and no name, and objects of a kontrakt are applied by name. Write metadata.name: the namespace is new in each run, so the name is free.");
    public static readonly DiagnosticKind MarkMisplaced = new("KTR1069", "the {0} '{1}' would have no effect. Write {2} instead.");
    public static readonly DiagnosticKind ImageSourceInKey = new("KTR1066", "'{0}' is an image source and the key of a mapping, where it is not replaced. Write it as a value.");
    public static readonly DiagnosticKind RestartAction = new("KTR1067", "a restart rule of {0} has the action '{1}', after which how the test's containers have ended no longer counts, so it could not be judged. Use the action Restart, or restart the pod by a Job.");
    public static readonly DiagnosticKind ProbeEndsTest = new("KTR1072", "a container that decides the test {0} has a {1}. When the probe fails, the container gets a signal, and a program that answers it with exit code 0 would pass. Remove the probe; to limit the test's time, set activeDeadlineSeconds.");
    public static readonly DiagnosticKind PropertyUnknown = new("KTR1073", "the property '{0}' is unknown, so it would have no effect. Write '{1}'.");
    public static readonly DiagnosticKind SelectsNothing = new("KTR1074", "{0} selects {1}, and no pod of this kontrakt has these labels, so nothing answers behind it. Correct spec.selector. Labels of pods here: {2}.");
    public static readonly DiagnosticKind OtherSelection = new("KTR1068", "the latest run '{0}' began with {1}, and this step has {2}. Apply these first, or continue that run: name it (KontraktRun), or leave the selection out.");
    public static readonly DiagnosticKind ExpressionInvalid = new("KTR1070", "the expression '{0}' cannot be evaluated: {1}.");
    public static readonly DiagnosticKind ForeignNotation = new("KTR1071", "'{0}' is a notation of {1}, which Kontrakt does not read. {2}");
    public static readonly DiagnosticKind Chart = new("KTR1080", "the chart could not be rendered: {0}. {1}.");
    public static readonly DiagnosticKind ReleaseHook = new("KTR1081", "{0} is a hook of Helm ({1}), and Kontrakt runs no hooks except tests. Switch it off by a value in *.values.yaml, or remove the annotation and order it with kontrakt/after.");
    public static readonly DiagnosticKind ReleaseNamespace = new("KTR1082", "the template writes the release's namespace here, and a kontrakt's namespace has its name only when it runs. Write the name of a Service alone; a program gets the namespace by fieldRef metadata.namespace.");
    public static readonly DiagnosticKind AfterUnknown = new("KTR1090", "{0} comes after '{1}' (annotation kontrakt/after), and no object of this kontrakt has that name. Write a name or kind/name of these: {2}; or \"ready\" for everything without this annotation.");
    public static readonly DiagnosticKind AfterUnwaited = new("KTR1092", "{0} comes after '{1}' (annotation kontrakt/after), and {2} has kontrakt/wait: \"false\", so Kontrakt would not see that it is ready or has failed. Remove one of the two annotations.");
    public static readonly DiagnosticKind AfterCircle = new("KTR1091", "these come after each other in a circle, so none of them could start: {0}. Remove one of the annotations kontrakt/after.");
    public static readonly DiagnosticKind TemplateSourceMissing = new("KTR1110", "the build template '{0}' takes files from '{1}', and this folder does not exist. Correct the source; a relative one is relative to the file that names it.");
    public static readonly DiagnosticKind BuildDestinationFixed = new("KTR1111", "the build '{0}' of this kontrakt pushes to '{1}', which is the same in every run. Write ${{KO_DOCKER_REPO}}/NAME:${{kontrakt.sourceReference}}, which pods name the same way, or take the build out of the kontrakt and run it by itself (kontrakt template run).");
    public static readonly DiagnosticKind RunSettingsInvalid = new("KTR1140", "the settings file '{0}' (dotnet test --settings) cannot be read: {1}");
    public static readonly DiagnosticKind TestBuildFailed = new("KTR1141", "the images were not built before the tests: 'dotnet build' ended with {0}: {1}");

    public static readonly DiagnosticKind SinceWithoutRepository = new("KTR1160", "git cannot find in '{1}' what has changed since '{0}' (KontraktSince): {2}. Leave KontraktSince out to run everything.");
    public static readonly DiagnosticKind SinceUnknown = new("KTR1161", "'{0}' (KontraktSince) is not a branch, tag or commit of the repository '{1}'. Correct it, or fetch it first (git fetch origin {0}); a branch of the remote is called origin/NAME.");
    public static readonly DiagnosticKind SinceUnrelated = new("KTR1162", "in the repository '{1}', '{0}' (KontraktSince) and the current commit have no common ancestor. If this is a shallow clone, fetch its history (git fetch --unshallow; in CI a fetch depth of 0).");

    public static readonly DiagnosticKind ProjectAmbiguous = new("KTR1170", "in '{0}' several projects use Kontrakt ({1}), so it is not clear whose settings count. Name one: --project {2}.");
    public static readonly DiagnosticKind WatchFailed = new("KTR1175", "'{0}' cannot be watched for changes: {1}. On Linux fs.inotify.max_user_watches and fs.inotify.max_user_instances limit how much can be watched (sysctl); kontrakt run works without.");
    public static readonly DiagnosticKind ProjectUnreadable = new("KTR1171", "the settings of the project {0} cannot be read: {1}. Fix the project, or use none: --project none.");
    public static readonly DiagnosticKind AttestationKeyInvalid = new("KTR1163", "'{0}' ({1}) cannot be used as {2}, in PEM, on the curve P-256: {3}. Make a private key with 'openssl ecparam -name prime256v1 -genkey -noout', and its public key with 'openssl ec -pubout'.");

    public static readonly DiagnosticKind LookName = new("KTR1200", "'{0}' names nothing to look into: {1}. What exists: {2}.");
    public static readonly DiagnosticKind ContainerUnknown = new("KTR1201", "{0} has no container '{1}'{2}. Use one of: {3}.");
    public static readonly DiagnosticKind PortUnusable = new("KTR1202", "'{0}' cannot be forwarded: {1}.");
    public static readonly DiagnosticKind CommandLine = new("KTR1203", "{0}: {1}.");
    public static readonly DiagnosticKind PrerequisiteUnusable = new("KTR1210", "'{0}' (KontraktPrerequisites) {1}. Name a file, a folder with manifests, or a folder with a kustomization or a chart.");
    public static readonly DiagnosticKind PrerequisiteMissing = new("KTR1211", "{0} is a prerequisite of the kontrakts and does not exist on the cluster '{1}', where Kontrakt changes nothing outside of its own namespaces. Install it there, or have it applied as you with KontraktPrerequisitesOnCluster=true.");
    public static readonly DiagnosticKind PrerequisiteNotReady = new("KTR1212", "{0} is a prerequisite of the kontrakts, and the cluster does not serve {1} after KontraktTimeout. Look at its status: kubectl describe.");
    public static readonly DiagnosticKind PrerequisiteProvesNothing = new("KTR1213", "{0} has no effect in prerequisites (KontraktPrerequisites), which are applied before the kontrakts and prove nothing. Move it to a kontrakt, or remove it.");

    public static readonly DiagnosticKind PodSecurity = new("KTR1095", "{0} asks for {1}, which the level '{2}' of the Pod Security Standards forbids. Remove it, or set KontraktPodSecurity to a level that allows it.");

    // 2: images and registry
    public static readonly DiagnosticKind RegistryUnreachable = new("KTR2001", "the registry '{0}' cannot be reached: {1}. Check the name, the network, and KontraktInsecureRegistries if it uses plain HTTP.");
    public static readonly DiagnosticKind PushRefused = new("KTR2002", "the registry '{0}' refused the push of '{1}': {2}. Check the credentials (docker login) and that you may write to the repository.");
    public static readonly DiagnosticKind ImageMissing = new("KTR2003", "the image '{0}' does not exist: {1}. Check its name and tag, or build it in the same kontrakt.");
    public static readonly DiagnosticKind ImageBuildFailed = new("KTR2004", "the image of '{0}' was not built: {1}.");
    public static readonly DiagnosticKind TargetWithoutDigest = new("KTR2005", "'{0}' is the image of a pod labelled 'kontrakt: target', but its digest is not known: {1}. Build it here, or name it with its digest (or set KontraktPinImages).");
    public static readonly DiagnosticKind PushNotAllowed = new("KTR2006", "'{0}' may not be pushed to: KontraktPushRegistries allows only {1}. Correct KO_DOCKER_REPO or KontraktPushRepository, or add the registry there.");
    public static readonly DiagnosticKind BaseImageUnavailable = new("KTR2007", "the base image '{0}' of '{1}' cannot be read: {2}. Set ContainerBaseImage, or KontraktHostBaseImage=true to use one made from this machine.");
    public static readonly DiagnosticKind HostBaseImageFailed = new("KTR2008", "the host base image cannot be made: {0}.");
    public static readonly DiagnosticKind NotAContainerProject = new("KTR2009", "the project '{0}' makes no container image: {1}.");
    public static readonly DiagnosticKind RegistryCredentials = new("KTR2010", "the credentials for '{0}' cannot be read: {1}. Log in again (docker login).");
    public static readonly DiagnosticKind RegistryCorrupt = new("KTR2011", "the registry '{0}' sent something that was not requested: {1}. Check for a proxy in between, and the registry's storage.");
    public static readonly DiagnosticKind MSBuildTooOld = new("KTR2012", "this MSBuild is {0}; Kontrakt's tasks need 18.0 (Visual Studio 2026) or 'dotnet build' of SDK 10.");

    public static readonly DiagnosticKind PushWithoutPass = new("KTR2013", "nothing was pushed: run {0} has kontrakts that did not pass ({1}). Targets are pushed when every kontrakt of the run has passed.");
    public static readonly DiagnosticKind DockerfileStepFailed = new("KTR2014", "'{0}' failed: {1}");
    public static readonly DiagnosticKind DockerfileInvalid = new("KTR2015", "this Dockerfile cannot be built: {0}.");
    public static readonly DiagnosticKind BuildFailed = new("KTR2016", "the image of '{0}' was not built: {1}");
    public static readonly DiagnosticKind BuildTimedOut = new("KTR2017", "the build of '{0}' did not end within {1}; last seen: {2}. Raise KontraktBuildTimeout if it needs longer.");
    public static readonly DiagnosticKind BuildDigestWrong = new("KTR2018", "the build of '{0}' reports that it pushed {1}, but {2}, so the image is not used. Check what else pushes to this tag.");
    public static readonly DiagnosticKind BuildRegistryLoopback = new("KTR2019", "'{0}' is built in a pod of the cluster, and there '{1}' is the pod itself. Set KontraktBuildRepository to the name by which pods reach that registry.");
    public static readonly DiagnosticKind GitSourceUnavailable = new("KTR2040", "the source {0} cannot be fetched: {1}.");
    public static readonly DiagnosticKind ImageFolderUnavailable = new("KTR2041", "no template can be read from the image '{0}': {1}.");
    public static readonly DiagnosticKind WorkspaceWithoutDockerfile = new("KTR2042", "the sources of '{0}' have no '{1}', and no image is named that has one. Add a source with one, or set the parameter DOCKERFILE.");

    public static readonly DiagnosticKind AttestationMissing = new("KTR2160", "'{0}' has no attestation. Run its kontrakts with KontraktAttest=true, so that they push it with one.");
    public static readonly DiagnosticKind AttestationInvalid = new("KTR2161", "no attestation of '{0}' passes the checks: {1}. Check the key, and who may push there.");
    public static readonly DiagnosticKind AttestationOfFailure = new("KTR2162", "the newest attestation of '{0}', of run {1}, reports that its contract failed: {2}. Do not deploy it.");
    public static readonly DiagnosticKind AttestationIncomplete = new("KTR2163", "not all required kontrakts (--kontrakt) are attested of '{0}' as passed: {1}. Attested are: {2}. Run the missing ones with KontraktAttest=true, on this very image.");

    public static readonly DiagnosticKind ExecutorLacks = new("KTR2200", "'{0}' would give a wrong image with the executor '{1}': {2}. {3}.");
    public static readonly DiagnosticKind ImageDenied = new("KTR2202", "the registry '{0}' does not allow '{1}' to be read: {2}. Log in (docker login), or check that this account may read the repository. Many registries give the same answer for an image that does not exist.");
    public static readonly DiagnosticKind BuildSecretUnavailable = new("KTR2201", "the secret '{0}' for the build of '{1}' cannot be read: {2}.");

    // 3: cluster and apply
    public static readonly DiagnosticKind ClusterUnreachable = new("KTR3001", "the cluster '{0}' at {1} cannot be reached: {2}. Check KontraktKubeContext and that the cluster runs.");
    public static readonly DiagnosticKind NoCluster = new("KTR3002", "there is no cluster to run on: {0}. Set KontraktKubeContext to a context of your kubeconfig.");
    public static readonly DiagnosticKind KubeConfigInvalid = new("KTR3003", "the kubeconfig cannot be used: {0}.");
    public static readonly DiagnosticKind MissingRights = new("KTR3004", "'{0}' may not do what a run needs on cluster '{1}'; missing: {2}. Ask for these rights ('kontrakt rbac' prints them as manifests), or set KontraktNamespace to a namespace where you have them.");
    public static readonly DiagnosticKind Rejected = new("KTR3005", "the API server refused {0} '{1}': {2}");
    public static readonly DiagnosticKind UnknownField = new("KTR3006", "{0} '{1}' has a field that the API server does not know: {2}. Remove it or correct its name.");
    public static readonly DiagnosticKind UnknownKind = new("KTR3007", "the cluster has no kind {0}{1}. Correct apiVersion and kind, or {2}.");
    public static readonly DiagnosticKind OutsideSandbox = new("KTR3008", "{0} '{1}' needs more than a kontrakt may do, and the API server refused it: {2}");
    public static readonly DiagnosticKind ClusterLost = new("KTR3009", "the cluster '{0}' stopped answering while {1}: {2}. Check that it still runs. The next run, or KontraktDelete, removes what the run left there.");
    public static readonly DiagnosticKind LeaseFailed = new("KTR3010", "the cluster refused what a run needs while {0}: {1}.");
    public static readonly DiagnosticKind ReplacementStuck = new("KTR3019", "what is to be replaced does not go away: {0} still exists after {1}, in the namespace '{2}'. A finalizer or a pod that does not end keeps it; KontraktDeleteTimeout is how long it is waited for.");
    public static readonly DiagnosticKind DeleteIncomplete = new("KTR3011", "{0} is still being deleted after {1}: {2}. The cluster continues, and the next run, or KontraktDelete, checks again. KontraktDeleteTimeout is how long a run waits.");
    public static readonly DiagnosticKind NamespaceMissing = new("KTR3012", "KontraktNamespace '{0}' does not exist on cluster '{1}'. Create it, or leave the setting out for a temporary one.");
    public static readonly DiagnosticKind CredentialsRefused = new("KTR3013", "the cluster '{0}' at {1} does not accept your credentials: {2}. Log in again, or correct the user of that context.");
    public static readonly DiagnosticKind NameTaken = new("KTR3014", "{0} '{1}' exists already in the namespace '{2}' and does not belong to this run ({3}), so it is not changed. Rename one, or leave KontraktNamespace out for a temporary namespace.");
    public static readonly DiagnosticKind PullSecretUnusable = new("KTR3015", "KontraktImagePullSecret '{0}' cannot be used: {1}. Correct it, or create the secret (kubectl create secret docker-registry).");
    public static readonly DiagnosticKind DeleteFailed = new("KTR3016", "{0} could not be deleted: {1}. It expires, and the next run, or KontraktDelete, then removes it.");
    public static readonly DiagnosticKind LeaseGone = new("KTR3017", "the namespace '{0}' of kontrakt '{1}' no longer exists: it was deleted or has expired. Begin again with KontraktApply.");

    public static readonly DiagnosticKind PodHasEnded = new("KTR3018", "pod '{0}' of an earlier apply has ended, and it now has another image for container '{1}': Kubernetes would not run it again, and what the earlier image did would count. Delete the pod (kubectl delete pod {0} --namespace {2}), or begin again (kontrakt delete), and apply again.");

    public static readonly DiagnosticKind NothingKept = new("KTR3040", "{0} has nothing on the cluster to look into: {1}. Run it so that it stays when it fails (kontrakt debug {2}, or KontraktKeep=failed); 'kontrakt logs' also reads the logs that a run has saved.");
    public static readonly DiagnosticKind NoLog = new("KTR3041", "container '{0}' of {1} has no log{2}: {3}.");
    public static readonly DiagnosticKind PodNotRunning = new("KTR3042", "{0} cannot be used for this: {1}. 'kontrakt get' shows what runs.");
    public static readonly DiagnosticKind CommandNotRun = new("KTR3043", "'{0}' could not be run in {1}: {2}.");
    public static readonly DiagnosticKind LocalPortTaken = new("KTR3044", "port {0} of this machine cannot be used: {1}. Name another one, or none for a free one, such as :{2}.");
    public static readonly DiagnosticKind RunElsewhere = new("KTR3046", "the run '{0}' was applied on cluster '{1}' at {2}, and {3}.");
    public static readonly DiagnosticKind OtherCluster = new("KTR3045", "nothing of the run '{0}' was deleted: what it left is on cluster '{1}' at {2}, and {3}. Name that cluster ({4}); if it no longer exists, delete the run's folder '{5}'.");

    // 4: wait and assert
    public static readonly DiagnosticKind TestFailed = new("KTR4001", "test '{0}' failed: {1}");
    public static readonly DiagnosticKind TestTimedOut = new("KTR4002", "test '{0}' did not end within {1}; last seen: {2}. Raise {3} if it needs longer.");
    public static readonly DiagnosticKind NotReady = new("KTR4003", "{0} did not become ready within {1}; last seen: {2}. Raise {3} if it needs longer.");
    public static readonly DiagnosticKind CrashLoop = new("KTR4004", "container '{0}' of {1} keeps crashing ({2}): {3}");
    public static readonly DiagnosticKind ImagePull = new("KTR4005", "container '{0}' of {1} cannot start: the image '{2}' cannot be pulled by the cluster{3}: {4}{5}");
    public static readonly DiagnosticKind JobFailed = new("KTR4006", "{0} failed: {1}");
    public static readonly DiagnosticKind ContainerConfig = new("KTR4007", "container '{0}' of {1} cannot start: {2}");
    public static readonly DiagnosticKind Unschedulable = new("KTR4008", "{0} cannot be scheduled for {1}: {2}");
    public static readonly DiagnosticKind AssertionFailed = new("KTR4009", "the assertion on {0} does not hold: {1}");
    public static readonly DiagnosticKind ErrorAssertionFailed = new("KTR4010", "{0} exists, and this assertion forbids it{1}");
    public static readonly DiagnosticKind PodFailed = new("KTR4011", "{0} failed: {1}");
    public static readonly DiagnosticKind ResourceFailed = new("KTR4012", "{0} failed: {1}");
    public static readonly DiagnosticKind Terminated = new("KTR4013", "the build was ended by SIGTERM before there was a verdict; what the run had made on the cluster was deleted, unless KontraktKeep is always. Run it again.");
    public static readonly DiagnosticKind TestGone = new("KTR4030", "test '{0}' was deleted before Kontrakt saw it end: {1}");
    public static readonly DiagnosticKind NothingRan = new("KTR4031", "test '{0}' ran nothing, so it proves nothing: {1}.");
    public static readonly DiagnosticKind TargetNeverRan = new("KTR4032", "no pod of the target {0} has run in this kontrakt, so the image that would be pushed was not tested: {1}. Let the kontrakt run it, or remove the label 'kontrakt: target'.");
    public static readonly DiagnosticKind ObjectGone = new("KTR4033", "{0} was deleted before Kontrakt saw it ready: {1}");
    public static readonly DiagnosticKind NotStarted = new("KTR4034", "{0} was not started: {1}. Correct what it comes after (annotation kontrakt/after).");
    public static readonly DiagnosticKind WaitFirst = new("KTR4035", "{0} is applied during wait (annotation kontrakt/after), and no wait of this run has ended, so there is nothing to judge yet. Run KontraktWait first.");
    /// <summary>Those about a single test, with its name first.</summary>
    public static IReadOnlyList<DiagnosticKind> OfTests { get; } = [TestFailed, TestTimedOut, TestGone, NothingRan];
    public static readonly DiagnosticKind ReportNotWritten = new("KTR4014", "the report '{0}' was not written: {1}. Check the path and the disk; the verdict does not change.");
    public static readonly DiagnosticKind AssertionUnusable = new("KTR4050", "the assertion on the kind {0} cannot be checked: {1}. Correct apiVersion and kind, or ask for the right to list and watch it in the kontrakt's namespace.");
    public static readonly DiagnosticKind AssertionField = new("KTR4051", "a {0} has no field {1}, so {2}. Remove it or correct its name.");
    public static readonly DiagnosticKind AssertionValue = new("KTR4052", "{0} of a {1} is {2}, so {3}. Correct the value.");
    public static readonly DiagnosticKind AssertionEmpty = new("KTR4053", "this file has no assertion, so it checks nothing. Write one, or remove the file.");
    public static readonly DiagnosticKind EgressRefused = new("KTR4054", "pod {0} did not get out of the engine: it {1}.");
    public static readonly DiagnosticKind ErrorAssertionUndecided = new("KTR4070", "whether {0} matches, which nothing may, is not known: the expression '{1}' has no value: {2}");
    public static readonly DiagnosticKind ErrorAssertionAbsent = new("KTR4071", "whether {0} matches, which nothing may, is not known: {1} is absent, and Kubernetes leaves out fields that are 0, false or empty. Write !cel self == null || {2} if an absent field matches, or !cel self != null && {2} if it does not.");

    // 5: context
    public static readonly DiagnosticKind ContextFolderMissing = new("KTR5001", "the folder '{0}', which should be pushed as a context, does not exist. Correct KontraktContextDirectory.");
    public static readonly DiagnosticKind ContextUnreadable = new("KTR5002", "'{0}' cannot be read into the context: {1}. Nothing was pushed. Fix this, or leave the path out with a .dockerignore.");
    public static readonly DiagnosticKind ContextLinkLeaves = new("KTR5003", "the symbolic link '{0}' has its target '{1}' outside the context folder, where a build would not find it. Remove it, leave it out with a .dockerignore, or set KontraktContextFollowLinks=true to include its target instead.");
    public static readonly DiagnosticKind ContextFileChanges = new("KTR5004", "{0} changed each of the {1} times that the context was read. Nothing was pushed. Stop what writes there, or leave it out with a .dockerignore.");
    public static readonly DiagnosticKind ContextNameUnusable = new("KTR5005", "an image cannot contain '{0}': {1}. Rename it, or leave it out with a .dockerignore.");
    public static readonly DiagnosticKind IgnorePatternInvalid = new("KTR5006", "'{0}' is not a pattern of an ignore file: {1}.");
    public static readonly DiagnosticKind ContextBaseUnusable = new("KTR5007", "the image '{0}' cannot be the base of a context: {1}. Correct KontraktContextBase, or leave it empty for one made on this machine.");

    // 6: the embedded engine
    public static readonly DiagnosticKind EngineFailed = new("KTR6001", "the embedded engine did not start: {0}. Fix this, or set KontraktKubeContext to a context of your kubeconfig.");
    public static readonly DiagnosticKind EngineSilent = new("KTR6002", "the embedded engine (process {0}) did not answer within {1}, and {2}. Run 'kontrakt engine stop', or end that process, and build again.");
    public static readonly DiagnosticKind EngineGone = new("KTR6031", "the kubeconfig's context '{0}' is of an embedded engine that no longer runs: {1}. Start it again (kontrakt engine start), or leave this kubeconfig and KontraktKubeContext out: then the engine is started when it is needed.");
    public static readonly DiagnosticKind EngineEnded = new("KTR6030", "the embedded engine ended while {0}: {1}. Its pods, and all that the run made there, ended with it. Its log has the reason. Build again to start another one.");

    // retired: KTR1014 (Dockerfiles could not be built)
}
