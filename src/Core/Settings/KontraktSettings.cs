namespace Kontrakt.Settings;

/// <summary>When the namespace of a kontrakt outlives its run.</summary>
public enum KeepPolicy { Never, Failed, Always }

/// <summary>A level of the Pod Security Standards, the most generous one first.</summary>
public enum PodSecurityLevel { Privileged, Baseline, Restricted }

/// <summary>
/// Every setting of a run, read once by the tasks (properties) or the tool (options, environment), and the table of them. Nothing below reads the
/// environment for these. Paths are full ones. A new setting is a property here; README.md says what follows from it by itself.
/// </summary>
public sealed record KontraktSettings
{
    private static readonly Dictionary<string, string> DefaultRequests = new() { ["cpu"] = "100m", ["memory"] = "256Mi" };

    [Setting("KontraktDirectory", TextForm.Path, Decides.Nothing, "Folder below which kontrakts are looked for",
        Group = "What runs", Option = "--directory -f DIR", Default = "the project's; of the command, the current one")]
    public required string Directory { get; init; }

    [Setting("KontraktRunsDirectory", TextForm.Path, Decides.Nothing, "Folder where runs are recorded",
        Option = "--runs-directory DIR", Default = "$(BaseIntermediateOutputPath)kontrakt/; of the command, obj/kontrakt in the directory")]
    public required string RunsDirectory { get; init; }

    [Setting("Configuration", TextForm.Text, Decides.Nothing, "Configuration that projects are built in",
        Option = "--configuration -c NAME", Variable = "KONTRAKT_CONFIGURATION", Default = "the projects' own")]
    public string? Configuration { get; init; }

    [Setting("SOURCE_REFERENCE", TextForm.Text, Decides.Nothing, "Tag of everything that is built",
        Group = "Images", Option = "--source-reference TAG", Default = "CI's commit variable, else from git")]
    public string? SourceReference { get; init; }

    [Setting("KO_DOCKER_REPO", TextForm.Repository, Decides.Nothing, "Registry and path that images are pushed to",
        Option = "--repository REPO", Default = "on the embedded engine, its own registry")]
    public string? Repository { get; init; }

    [Setting("KontraktPullRepository", TextForm.Repository, Decides.Nothing, "The cluster's name for KO_DOCKER_REPO, where it differs", Option = "--pull-repository REPO")]
    public string? PullRepository { get; init; }

    [Setting("KontraktInsecureRegistries", TextForm.List, Decides.Nothing, "Registries that speak plain HTTP, host:port",
        Option = "--insecure-registry HOST", Default = "loopback only")]
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    [Setting("KontraktPushRegistries", TextForm.List, Decides.Nothing, "Registries that may be pushed to", Option = "--push-registry HOST", Default = "all")]
    public IReadOnlyList<string> PushRegistries { get; init; } = [];

    [Setting("KontraktPushRepository", TextForm.Repository, Decides.Nothing, "Where the images of targets go after a run that passed",
        Option = "--push-repository REPO", Default = "they stay in KO_DOCKER_REPO and get their tags there")]
    public string? PushRepository { get; init; }

    [Setting("KontraktPushTags", TextForm.List, Decides.Nothing, "Tags of pushed targets besides SOURCE_REFERENCE, such as latest", Option = "--push-tag TAG")]
    public IReadOnlyList<string> PushTags { get; init; } = [];

    [Setting("KontraktAttest", TextForm.Flag, Decides.Nothing, "Push beside each target what the run has proved of it (docs/attestation.md); adds manifests to the repository, and with old registries tags",
        Option = "--attest")]
    public bool Attest { get; init; }

    [Setting("KontraktAttestationKey", TextForm.Path, Decides.Nothing, "File with the private key that signs it: ECDSA P-256, PEM",
        Option = "--attestation-key FILE", Default = "not signed")]
    public string? AttestationKey { get; init; }

    [Setting("KontraktPinImages", TextForm.Flag, Decides.Nothing, "Pin ordinary references to their digests as well", Option = "--pin-images")]
    public bool PinImages { get; init; }

    [Setting("KontraktHostBaseImage", TextForm.Flag, Decides.Nothing, "Build on a base image made from this machine's .NET runtime and C library",
        Option = "--host-base-image", Default = "true on the embedded engine, else false")]
    public bool? HostBaseImage { get; init; }

    [Setting("KontraktBuildRepository", TextForm.Repository, Decides.Nothing, "The name by which pods push to KO_DOCKER_REPO, where it differs",
        Group = "Builds in the cluster: of Dockerfiles, by Kaniko in a pod", Option = "--build-repository REPO",
        Default = "what the cluster says of a local registry (kube-public/local-registry-hosting), else KontraktPullRepository, else KO_DOCKER_REPO")]
    public string? BuildRepository { get; init; }

    [Setting("KontraktBuildNamespace", TextForm.Namespace, Decides.Nothing, "Existing namespace for the pods of builds",
        Option = "--build-namespace NAME", Default = "KontraktNamespace, else a temporary one")]
    public string? BuildNamespace { get; init; }

    [Setting("KontraktBuildTimeout", TextForm.Time, Decides.Nothing, "What one build in the cluster may take", Option = "--build-timeout TIME")]
    public TimeSpan BuildTimeout { get; init; } = TimeSpan.FromMinutes(20);

    [Setting("KontraktBuildRequests", TextForm.Quantities, Decides.Nothing, "What each container of a build asks of its node, or none", Option = "--build-request RESOURCE=QUANTITY")]
    public IReadOnlyDictionary<string, string> BuildRequests { get; init; } = DefaultRequests;

    [Setting("KontraktKanikoExecutor", TextForm.Image, Decides.Nothing, "Image that builds Dockerfiles: the maintained fork of Kaniko, in the version that was tested", Option = "--kaniko-executor IMAGE")]
    public string KanikoExecutor { get; init; } = "ghcr.io/osscontainertools/kaniko:v1.28.3";

    [Setting("KontraktKanikoSameAs", TextForm.Image, Decides.Nothing, "The executor that it is a copy of, where its name and tag do not say so: what an executor builds wrongly is refused by its version",
        Option = "--kaniko-same-as IMAGE", Default = "none: an executor that is not known is treated like the oldest one")]
    public string? KanikoSameAs { get; init; }

    [Setting("KontraktKanikoArgs", TextForm.Arguments, Decides.Nothing, "Further arguments for the image that builds Dockerfiles", Option = "--kaniko-arg ARGUMENT")]
    public IReadOnlyList<string> KanikoArgs { get; init; } = [];

    [Setting("KontraktTemplates", TextForm.PathList, Decides.Nothing, "Files and folders with build templates, besides the folder templates in the directory, and kontrakts", Option = "--templates PATH")]
    public IReadOnlyList<string> Templates { get; init; } = [];

    [Setting("KontraktRegistryMirrors", TextForm.List, Decides.Nothing, "Mirrors of Docker Hub: for builds in the cluster, for what a run reads itself, and for the embedded engine's pods", Option = "--registry-mirror HOST")]
    public IReadOnlyList<string> RegistryMirrors { get; init; } = [];

    [Setting("KontraktContextBase", TextForm.Text, Decides.Nothing, "Image below a context, whose program copies it to /workspace",
        Group = "Contexts: a folder as an image", Option = "--context-base IMAGE", Default = "one made here")]
    public string? ContextBase { get; init; }

    [Setting("KontraktContextMaxLayers", TextForm.Number, Decides.Nothing, "Layers above its base after which a context image is made again", Least = 2, Option = "--context-max-layers N")]
    public int ContextMaxLayers { get; init; } = 64;

    [Setting("KontraktContextFollowLinks", TextForm.Flag, Decides.Nothing, "Links that leave a context's folder become what they lead to; false: they are errors", Option = "--follow-links")]
    public bool ContextFollowLinks { get; init; }

    [Setting("KontraktContextLeaveOutBuilds", TextForm.Flag, Decides.Nothing, "Keep .git, bin and obj out of contexts, unless .dockerignore takes them back in",
        Option = "--leave-out-builds", Default = "true where the folder holds a project or a solution, else false")]
    public bool? ContextLeaveOutBuilds { get; init; }

    [Setting("KontraktKubeContext", TextForm.Text, Decides.Nothing, "Context of the kubeconfig to run on; kontrakt-engine is the embedded engine. A remote cluster is used only where it is named",
        Group = "Cluster", Option = "--kube-context --context NAME", Default = "a plainly local current context, else the embedded engine")]
    public string? KubeContext { get; init; }

    [Setting("KontraktKubeConfig", TextForm.Paths, Decides.Nothing, "Kubeconfig file or files", Fallback = "KUBECONFIG", Option = "--kubeconfig PATH", Default = "KUBECONFIG")]
    public string? KubeConfig { get; init; }

    [Setting("KontraktNamespace", TextForm.Namespace, Decides.Nothing, "Existing namespace to use in place of temporary ones; verdicts in it are not kept", Option = "--namespace -n NAME")]
    public string? Namespace { get; init; }

    // What a test itself makes is held to it.
    [Setting("KontraktPodSecurity", TextForm.PodSecurity, Decides.Verdict, "What pods may ask of their node: a level of the Pod Security Standards (privileged, baseline, restricted)",
        Option = "--pod-security privileged|baseline|restricted")]
    public PodSecurityLevel PodSecurity { get; init; } = PodSecurityLevel.Baseline;

    [Setting("KontraktEngineDirectory", TextForm.Path, Decides.Nothing, "Folder where the embedded engine keeps images", Option = "--engine-directory DIR", Default = "kontrakt/engine in the user's data folder")]
    public string? EngineDirectory { get; init; }

    [Setting("KontraktImagePullSecret", TextForm.PullSecret, Decides.Nothing, "Pull secret to copy into temporary namespaces: namespace/name, or a name in the context's namespace", Option = "--image-pull-secret [NAMESPACE/]NAME")]
    public string? ImagePullSecret { get; init; }

    [Setting("KontraktKeep", TextForm.Keep, Decides.Nothing, "When the namespace outlives its run: never, failed or always", Option = "--keep never|failed|always")]
    public KeepPolicy Keep { get; init; } = KeepPolicy.Never;

    [Setting("KontraktFilter", TextForm.Filter, Decides.Nothing, "Kontrakts that are selected, such as Name=orders, tier=smoke (a label of a test pod), with & | ~ != !~ and parentheses",
        Group = "Selection", Option = "--filter EXPRESSION", Default = "all")]
    public KontraktFilter? Filter { get; init; }

    [Setting("KontraktShard", TextForm.Shard, Decides.Nothing, "The part of them that is this machine's, such as 2/5; it depends on their names alone", Option = "--shard N/OF", Default = "all")]
    public KontraktShard? Shard { get; init; }

    [Setting("KontraktSince", TextForm.Text, Decides.Nothing, "Git ref: only kontrakts of which a manifest, or a file that its images are built from, has changed since", Option = "--since REF", Default = "all")]
    public string? Since { get; init; }

    [Setting("KontraktForce", TextForm.Flag, Decides.Nothing, "Run every kontrakt, also one whose verdict was kept and of which nothing has changed",
        Group = "Kept verdicts: docs/cache.md", Option = "--force")]
    public bool Force { get; init; }

    [Setting("KontraktVerdictCache", TextForm.Path, Decides.Nothing, "Folder of kept verdicts, which machines may share", Option = "--verdict-cache DIR", Default = "in the runs directory")]
    public string? VerdictCache { get; init; }

    [Setting("KontraktTimeout", TextForm.Time, Decides.Verdict, "What one kontrakt may take, from lease to verdict",
        Group = "Limits: times have a unit, such as 90s, 10m, 1h30m, or the form 00:10:00", Option = "--timeout TIME")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    [Setting("KontraktDeleteTimeout", TextForm.TimeOrZero, Decides.Nothing, "How long the deletion of a namespace is waited for", Option = "--delete-timeout TIME")]
    public TimeSpan DeleteTimeout { get; init; } = TimeSpan.FromMinutes(2);

    [Setting("KontraktUnschedulableGrace", TextForm.TimeOrZero, Decides.Verdict, "How long a pod may be unschedulable before that is final", Option = "--unschedulable-grace TIME")]
    public TimeSpan UnschedulableGrace { get; init; } = TimeSpan.FromSeconds(30);

    [Setting("KontraktParallelism", TextForm.Number, Decides.Nothing, "Kontrakts that run at once", Least = 1, Option = "--parallelism -j N")]
    public int Parallelism { get; init; } = 8;

    [Setting("KontraktMaxRestarts", TextForm.Number, Decides.Verdict, "Restarts of a container after which a crash loop is final", Option = "--max-restarts N")]
    public int MaxRestarts { get; init; } = 3;

    [Setting("KontraktLogLines", TextForm.Number, Decides.Nothing, "Last log lines of a container that an error shows", Option = "--log-lines N")]
    public int LogLines { get; init; } = 20;

    [Setting("KontraktJUnit", TextForm.Path, Decides.Nothing, "JUnit XML file to write; in a solution, each project with kontrakts writes its own", Group = "Reports", Option = "--junit FILE")]
    public string? JUnit { get; init; }

    [Setting("KontraktTrx", TextForm.Path, Decides.Nothing, "TRX file to write", Option = "--trx FILE")]
    public string? Trx { get; init; }

    [Setting("KontraktHtml", TextForm.Path, Decides.Nothing, "HTML file to write: a report for people", Option = "--html FILE")]
    public string? Html { get; init; }

    [Setting("KontraktMarkdown", TextForm.Path, Decides.Nothing, "Markdown summary to write", Option = "--markdown FILE", Default = "added to GITHUB_STEP_SUMMARY, in a step on GitHub")]
    public string? Markdown { get; init; }

    [Setting("KontraktResults", TextForm.Path, Decides.Nothing, "Folder for IMAGE_URL, IMAGE_DIGEST and IMAGES of the pushed targets",
        Group = "Pipelines", Option = "--results DIR", Default = "/tekton/results in a step of Tekton; in a step on GitHub they are its outputs")]
    public string? Results { get; init; }

    [Setting("KontraktImageOutput", TextForm.Path, Decides.Nothing, "Folder for NAME/index.json of each pushed target", Option = "--image-output DIR", Default = "/workspace/output where that exists")]
    public string? ImageOutput { get; init; }

    [Setting("GITHUB_STEP_SUMMARY", TextForm.Path, Decides.Nothing, "File that GitHub shows as a step's summary")]
    public string? StepSummary { get; init; }

    [Setting("GITHUB_OUTPUT", TextForm.Path, Decides.Nothing, "File that a step on GitHub writes its outputs to")]
    public string? StepOutput { get; init; }

    [Setting("KontraktEngineProgram", TextForm.Path, Decides.Nothing, "The program of the embedded engine, kontrakt.dll; the package and the command set it")]
    public string? EngineProgram { get; init; }
}
