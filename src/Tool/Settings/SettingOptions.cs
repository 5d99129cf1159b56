using System.CommandLine;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Settings;

/// <summary>Every option that mirrors a property; all verbs take all of them, so one line of options serves a sequence of steps.</summary>
internal static class SettingOptions
{
    public static IReadOnlyList<SettingOption> All { get; } =
    [
        SettingOption.Value("KontraktDirectory", "--directory", "DIR", "Folder below which kontrakts are looked for; default: the current one", "-f"),
        SettingOption.Value("KontraktRunsDirectory", "--runs-directory", "DIR", "Where runs are recorded; default: obj/kontrakt in the directory"),
        SettingOption.Value("SOURCE_REFERENCE", "--source-reference", "TAG", "Tag of everything built; default: from CI or git"),
        SettingOption.Value("KO_DOCKER_REPO", "--repository", "REPO", "Registry and path that images are pushed to"),
        SettingOption.Value("KontraktPullRepository", "--pull-repository", "REPO", "The cluster's name for the repository, where it differs"),
        SettingOption.List("KontraktInsecureRegistries", "--insecure-registry", "HOST", "Registry that speaks plain HTTP"),
        SettingOption.List("KontraktPushRegistries", "--push-registry", "HOST", "Registry that may be pushed to; default: any"),
        SettingOption.Value("KontraktPushRepository", "--push-repository", "REPO", "Where the images of targets go after a run that passed; default: they get their tags where they are"),
        SettingOption.List("KontraktPushTags", "--push-tag", "TAG", "Tag of pushed targets besides the source reference"),
        SettingOption.Flag("KontraktAttest", "--attest", "Push beside each target what the run has proved of it"),
        SettingOption.Value("KontraktAttestationKey", "--attestation-key", "FILE", "Private key that signs it: ECDSA P-256, PEM"),
        SettingOption.Flag("KontraktPinImages", "--pin-images", "Pin ordinary images to their digests"),
        SettingOption.Flag("KontraktHostBaseImage", "--host-base-image", "Build on a base image made from this machine's .NET; default: on the embedded engine"),
        SettingOption.Value("KontraktContextBase", "--context-base", "IMAGE", "Image below contexts, whose program copies them to /workspace; default: one made here"),
        SettingOption.Value("KontraktContextMaxLayers", "--context-max-layers", "N", "Layers above its base after which a context is made anew"),
        SettingOption.Flag("KontraktContextFollowLinks", "--follow-links", "Links that leave a context's folder become what they lead to"),
        SettingOption.Flag("KontraktContextLeaveOutBuilds", "--leave-out-builds", "Keep .git, bin and obj out of contexts; default: of folders with a project or a solution"),
        SettingOption.Value("KontraktBuildRepository", "--build-repository", "REPO", "The name by which pods in the cluster push to the repository, where it differs"),
        SettingOption.List("KontraktRegistryMirrors", "--registry-mirror", "HOST", "Mirror of Docker Hub: for builds in the cluster, and for what the embedded engine pulls"),
        SettingOption.Value("KontraktBuildNamespace", "--build-namespace", "NAME", "Existing namespace for builds in the cluster; default: a temporary one"),
        SettingOption.Value("KontraktBuildTimeout", "--build-timeout", "TIME", "What one build in the cluster may take"),
        SettingOption.List("KontraktBuildRequests", "--build-request", "RESOURCE=QUANTITY", "What each container of a build asks of its node"),
        SettingOption.Value("KontraktKanikoExecutor", "--kaniko-executor", "IMAGE", "Image that builds Dockerfiles"),
        SettingOption.Value("KontraktKanikoSameAs", "--kaniko-same-as", "IMAGE", "The executor that this one is a copy of, where its name does not say so"),
        SettingOption.List("KontraktKanikoArgs", "--kaniko-arg", "ARGUMENT", "Further argument for the image that builds Dockerfiles"),
        SettingOption.List("KontraktTemplates", "--templates", "PATH", "File or folder with build templates; always: the folder 'templates' in the directory, and kontrakts"),
        SettingOption.Value("Configuration", "--configuration", "NAME", "Configuration that projects are built in; default: their own", "-c"),
        SettingOption.Value("KontraktKubeContext", "--kube-context", "NAME", "Context of the kubeconfig to run on; default: a plainly local one, else the embedded engine", "--context"),
        SettingOption.Value("KontraktKubeConfig", "--kubeconfig", "PATH", "Kubeconfig file or files"),
        SettingOption.Value("KontraktEngineDirectory", "--engine-directory", "DIR", "Where the embedded engine keeps images; default: in the user's data folder"),
        SettingOption.Value("KontraktNamespace", "--namespace", "NAME", "Existing namespace to use in place of temporary ones", "-n"),
        SettingOption.Value("KontraktPodSecurity", "--pod-security", "privileged|baseline|restricted", "What pods may ask of their node: a level of the Pod Security Standards"),
        SettingOption.Value("KontraktTimeout", "--timeout", "TIME", "What one kontrakt may take"),
        SettingOption.Value("KontraktParallelism", "--parallelism", "N", "Kontrakts run at once", "-j"),
        SettingOption.Value("KontraktFilter", "--filter", "EXPRESSION", "Kontrakts to select, such as Name=orders, tier=smoke (a test pod's label), with & | ~ != and parentheses"),
        SettingOption.Value("KontraktShard", "--shard", "N/OF", "The part of them that is this machine's, such as 2/5"),
        SettingOption.Value("KontraktSince", "--since", "REF", "Only kontrakts that have changed since a git ref, such as main: manifests, or what their images are built from"),
        SettingOption.Flag("KontraktForce", "--force", "Run every kontrakt, whatever verdict of it was kept"),
        SettingOption.Value("KontraktVerdictCache", "--verdict-cache", "DIR", "Folder of kept verdicts; default: in the runs directory"),
        SettingOption.Value("KontraktKeep", "--keep", "never|failed|always", "When namespaces outlive the run"),
        SettingOption.Value("KontraktJUnit", "--junit", "FILE", "Where to write JUnit XML"),
        SettingOption.Value("KontraktTrx", "--trx", "FILE", "Where to write TRX"),
        SettingOption.Value("KontraktHtml", "--html", "FILE", "Where to write a report to look at: one HTML file"),
        SettingOption.Value("KontraktMarkdown", "--markdown", "FILE", "Where to write a summary; default: GitHub's, in a step there"),
        SettingOption.Value("KontraktResults", "--results", "DIR", "Where to write IMAGE_URL, IMAGE_DIGEST and IMAGES of pushed targets; default: /tekton/results in a step there"),
        SettingOption.Value("KontraktImageOutput", "--image-output", "DIR", "Where to write NAME/index.json of each pushed target; default: /workspace/output where that exists"),
        SettingOption.Value("KontraktUnschedulableGrace", "--unschedulable-grace", "TIME", "How long a pod may be unschedulable"),
        SettingOption.Value("KontraktMaxRestarts", "--max-restarts", "N", "Restarts after which a crash loop is final"),
        SettingOption.Value("KontraktLogLines", "--log-lines", "N", "Last log lines shown in an error"),
        SettingOption.Value("KontraktDeleteTimeout", "--delete-timeout", "TIME", "How long deletion is waited for"),
        SettingOption.Value("KontraktImagePullSecret", "--image-pull-secret", "[NAMESPACE/]NAME", "Pull secret to copy into temporary namespaces"),
    ];

    /// <summary>What the command line alone says, by the names that the environment has for it.</summary>
    public static Dictionary<string, string> ReadArguments(ParseResult result) =>
        (from option in All
         let value = option.Read(result, _ => null)
         where value is not null
         select (Name: SettingOption.EnvironmentName(option.Property), value)).ToDictionary(pair => pair.Name, pair => (string)pair.value, StringComparer.Ordinal);

    /// <summary>What the command line and the environment say, by property.</summary>
    public static Dictionary<string, string?> Read(ParseResult result, Func<string, string?> environment) =>
        (from option in All
         let value = option.Read(result, environment)
         where value is not null
         select (option.Property, value)).ToDictionary(pair => pair.Property, pair => (string?)pair.value, StringComparer.Ordinal);
}
