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
        begins: SettingGroup.WhatRuns, option: "--directory -f DIR", defaultText: "the project's; of the command, the current one")]
    public required string Directory { get; init; }
    [Setting("KontraktRunsDirectory", TextForm.Path, Decides.Nothing, "Folder where runs are recorded",
        option: "--runs-directory DIR", defaultText: "$(BaseIntermediateOutputPath)kontrakt/; of the command, obj/kontrakt in the directory")]
    public required string RunsDirectory { get; init; }
    [Setting("Configuration", TextForm.Text, Decides.Nothing, "Configuration that projects are built in",
        option: "--configuration -c NAME", variable: "KONTRAKT_CONFIGURATION", defaultText: "the projects' own")]
    public string? Configuration { get; init; }

    [Setting("SOURCE_REFERENCE", TextForm.Text, Decides.Nothing, "Tag of everything that is built",
        begins: SettingGroup.Images, option: "--source-reference TAG", defaultText: "CI's commit variable, else from git")]
    public string? SourceReference { get; init; }
    [Setting("KO_DOCKER_REPO", TextForm.Repository, Decides.Nothing, "Registry and path that images are pushed to",
        option: "--repository REPO", defaultText: "on the embedded engine, its own registry")]
    public string? Repository { get; init; }
    [Setting("KontraktPullRepository", TextForm.Repository, Decides.Nothing, "The cluster's name for KO_DOCKER_REPO, where it differs", option: "--pull-repository REPO")]
    public string? PullRepository { get; init; }
    [Setting("KontraktInsecureRegistries", TextForm.List, Decides.Nothing, "Registries that speak plain HTTP, host:port",
        option: "--insecure-registry HOST", defaultText: "loopback only")]
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];
    [Setting("KontraktPushRegistries", TextForm.List, Decides.Nothing, "Registries that may be pushed to", option: "--push-registry HOST", defaultText: "all")]
    public IReadOnlyList<string> PushRegistries { get; init; } = [];
    [Setting("KontraktPushRepository", TextForm.Repository, Decides.Nothing, "Where the images of targets go after a run that passed",
        option: "--push-repository REPO", defaultText: "they stay in KO_DOCKER_REPO and get their tags there")]
    public string? PushRepository { get; init; }
    [Setting("KontraktPushTags", TextForm.List, Decides.Nothing, "Tags of pushed targets besides SOURCE_REFERENCE, such as latest", option: "--push-tag TAG")]
    public IReadOnlyList<string> PushTags { get; init; } = [];
    [Setting("KontraktAttest", TextForm.Flag, Decides.Nothing, "Push beside each target what the run has proved of it (docs/attestation.md); adds manifests to the repository, and with old registries tags",
        option: "--attest")]
    public bool Attest { get; init; }
    [Setting("KontraktAttestationKey", TextForm.Path, Decides.Nothing, "File with the private key that signs it: ECDSA P-256, PEM",
        option: "--attestation-key FILE", defaultText: "not signed")]
    public string? AttestationKey { get; init; }
    [Setting("KontraktPinImages", TextForm.Flag, Decides.Nothing, "Pin ordinary references to their digests as well", option: "--pin-images")]
    public bool PinImages { get; init; }
    [Setting("KontraktHostBaseImage", TextForm.Flag, Decides.Nothing, "Build on a base image made from this machine's .NET runtime and C library",
        option: "--host-base-image", defaultText: "true on the embedded engine, else false")]
    public bool? HostBaseImage { get; init; }

    [Setting("KontraktBuildRepository", TextForm.Repository, Decides.Nothing, "The name by which pods push to KO_DOCKER_REPO, where it differs",
        begins: SettingGroup.Builds, option: "--build-repository REPO",
        defaultText: "what the cluster says of a local registry (kube-public/local-registry-hosting), else KontraktPullRepository, else KO_DOCKER_REPO")]
    public string? BuildRepository { get; init; }
    [Setting("KontraktBuildNamespace", TextForm.Namespace, Decides.Nothing, "Existing namespace for the pods of builds",
        option: "--build-namespace NAME", defaultText: "KontraktNamespace, else a temporary one")]
    public string? BuildNamespace { get; init; }
    [Setting("KontraktBuildTimeout", TextForm.Time, Decides.Nothing, "What one build in the cluster may take", option: "--build-timeout TIME")]
    public TimeSpan BuildTimeout { get; init; } = TimeSpan.FromMinutes(20);
    [Setting("KontraktBuildRequests", TextForm.Quantities, Decides.Nothing, "What each container of a build asks of its node, or none", option: "--build-request RESOURCE=QUANTITY")]
    public IReadOnlyDictionary<string, string> BuildRequests { get; init; } = DefaultRequests;
    [Setting("KontraktKanikoExecutor", TextForm.Image, Decides.Nothing, "Image that builds Dockerfiles: the maintained fork of Kaniko, in the version that was tested", option: "--kaniko-executor IMAGE")]
    public string KanikoExecutor { get; init; } = "ghcr.io/osscontainertools/kaniko:v1.28.3";
    [Setting("KontraktKanikoSameAs", TextForm.Image, Decides.Nothing, "The executor that it is a copy of, where its name and tag do not say so: what an executor builds wrongly is refused by its version",
        option: "--kaniko-same-as IMAGE", defaultText: "none: an executor that is not known is treated like the oldest one")]
    public string? KanikoSameAs { get; init; }
    [Setting("KontraktKanikoArgs", TextForm.Arguments, Decides.Nothing, "Further arguments for the image that builds Dockerfiles", option: "--kaniko-arg ARGUMENT")]
    public IReadOnlyList<string> KanikoArgs { get; init; } = [];
    [Setting("KontraktTemplates", TextForm.PathList, Decides.Nothing, "Files and folders with build templates, besides the folder templates in the directory, and kontrakts", option: "--templates PATH")]
    public IReadOnlyList<string> Templates { get; init; } = [];
    [Setting("KontraktRegistryMirrors", TextForm.List, Decides.Nothing, "Mirrors of Docker Hub: for builds in the cluster, for what a run reads itself, and for the embedded engine's pods", option: "--registry-mirror HOST")]
    public IReadOnlyList<string> RegistryMirrors { get; init; } = [];

    [Setting("KontraktContextBase", TextForm.Text, Decides.Nothing, "Image below a context, whose program copies it to /workspace",
        begins: SettingGroup.Contexts, option: "--context-base IMAGE", defaultText: "one made here")]
    public string? ContextBase { get; init; }
    [Setting("KontraktContextMaxLayers", TextForm.Number, Decides.Nothing, "Layers above its base after which a context image is made again", least: 2, option: "--context-max-layers N")]
    public int ContextMaxLayers { get; init; } = 64;
    [Setting("KontraktContextFollowLinks", TextForm.Flag, Decides.Nothing, "Links that leave a context's folder become what they lead to; false: they are errors", option: "--follow-links")]
    public bool ContextFollowLinks { get; init; }
    [Setting("KontraktContextLeaveOutBuilds", TextForm.Flag, Decides.Nothing, "Keep .git, bin and obj out of contexts, unless .dockerignore takes them back in",
        option: "--leave-out-builds", defaultText: "true where the folder holds a project or a solution, else false")]
    public bool? ContextLeaveOutBuilds { get; init; }

    [Setting("KontraktKubeContext", TextForm.Text, Decides.Nothing, "Context of the kubeconfig to run on; kontrakt-engine is the embedded engine. A remote cluster is used only where it is named",
        begins: SettingGroup.Cluster, option: "--kube-context --context NAME", defaultText: "a plainly local current context, else the embedded engine")]
    public string? KubeContext { get; init; }
    [Setting("KontraktKubeConfig", TextForm.Paths, Decides.Nothing, "Kubeconfig file or files", fallback: "KUBECONFIG", option: "--kubeconfig PATH", defaultText: "KUBECONFIG")]
    public string? KubeConfig { get; init; }
    [Setting("KontraktNamespace", TextForm.Namespace, Decides.Nothing, "Existing namespace to use in place of temporary ones; verdicts in it are not kept", option: "--namespace -n NAME")]
    public string? Namespace { get; init; }
    // It holds for what a test itself makes as well.
    [Setting("KontraktPodSecurity", TextForm.PodSecurity, Decides.Verdict, "What pods may ask of their node: a level of the Pod Security Standards (privileged, baseline, restricted)",
        option: "--pod-security privileged|baseline|restricted")]
    public PodSecurityLevel PodSecurity { get; init; } = PodSecurityLevel.Baseline;
    [Setting("KontraktEngineDirectory", TextForm.Path, Decides.Nothing, "Folder where the embedded engine keeps images", option: "--engine-directory DIR", defaultText: "kontrakt/engine in the user's data folder")]
    public string? EngineDirectory { get; init; }
    [Setting("KontraktEgress", TextForm.Flag, Decides.Verdict, "On the embedded engine, pods of kontrakts reach the internet, by a proxy; those that build images always do", option: "--egress")]
    public bool Egress { get; init; }
    [Setting("KontraktEgressAllow", TextForm.Destinations, Decides.Verdict, "On the embedded engine, hosts, addresses or networks of this machine and around it that pods reach by the proxy as well, such as nuget.corp.example or 10.0.0.0/8", option: "--egress-allow HOST")]
    public IReadOnlyList<string> EgressAllow { get; init; } = [];
    [Setting("KontraktImagePullSecret", TextForm.PullSecret, Decides.Nothing, "Pull secret to copy into temporary namespaces: namespace/name, or a name in the context's namespace", option: "--image-pull-secret [NAMESPACE/]NAME")]
    public string? ImagePullSecret { get; init; }
    // What they hold decides, not where they are.
    [Setting("KontraktPrerequisites", TextForm.PathList, Decides.Nothing, "Files, folders, kustomizations and charts with what kontrakts need on the cluster: definitions of custom resources, operators (docs/prerequisites.md)",
        option: "--prerequisites PATH")]
    public IReadOnlyList<string> Prerequisites { get; init; } = [];
    [Setting("KontraktPrerequisitesOnCluster", TextForm.Flag, Decides.Nothing, "Apply prerequisites, as you, also to a cluster that is not the embedded engine; false: there they must exist already", option: "--prerequisites-on-cluster")]
    public bool PrerequisitesOnCluster { get; init; }
    [Setting("KontraktKeep", TextForm.Keep, Decides.Nothing, "When the namespace outlives its run: never, failed or always", option: "--keep never|failed|always")]
    public KeepPolicy Keep { get; init; } = KeepPolicy.Never;

    [Setting("KontraktFilter", TextForm.Filter, Decides.Nothing, "Kontrakts that are selected, such as Name=orders, tier=smoke (a label of a test pod), with & | ~ != !~ and parentheses",
        begins: SettingGroup.Selection, option: "--filter EXPRESSION", defaultText: "all")]
    public KontraktFilter? Filter { get; init; }
    [Setting("KontraktShard", TextForm.Shard, Decides.Nothing, "The part of them that is this machine's, such as 2/5; it depends on their names alone", option: "--shard N/OF", defaultText: "all")]
    public KontraktShard? Shard { get; init; }
    [Setting("KontraktSince", TextForm.Text, Decides.Nothing, "Git ref: only kontrakts of which a manifest, or a file that its images are built from, has changed since", option: "--since REF", defaultText: "all")]
    public string? Since { get; init; }

    [Setting("KontraktForce", TextForm.Flag, Decides.Nothing, "Run every kontrakt, also one whose verdict was kept and of which nothing has changed",
        begins: SettingGroup.KeptVerdicts, option: "--force")]
    public bool Force { get; init; }
    [Setting("KontraktVerdictCache", TextForm.Path, Decides.Nothing, "Folder of kept verdicts, which machines may share", option: "--verdict-cache DIR", defaultText: "in the runs directory")]
    public string? VerdictCache { get; init; }

    [Setting("KontraktTimeout", TextForm.Time, Decides.Verdict, "What one kontrakt may take, from lease to verdict",
        begins: SettingGroup.Limits, option: "--timeout TIME")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);
    [Setting("KontraktDeleteTimeout", TextForm.TimeOrZero, Decides.Nothing, "How long the deletion of a namespace is waited for", option: "--delete-timeout TIME")]
    public TimeSpan DeleteTimeout { get; init; } = TimeSpan.FromMinutes(2);
    [Setting("KontraktUnschedulableGrace", TextForm.TimeOrZero, Decides.Verdict, "How long a pod may be unschedulable before that is final", option: "--unschedulable-grace TIME")]
    public TimeSpan UnschedulableGrace { get; init; } = TimeSpan.FromSeconds(30);
    [Setting("KontraktParallelism", TextForm.Number, Decides.Nothing, "Kontrakts that run at once", least: 1, option: "--parallelism -j N")]
    public int Parallelism { get; init; } = 8;
    [Setting("KontraktMaxRestarts", TextForm.Number, Decides.Verdict, "Restarts of a container after which a crash loop is final", option: "--max-restarts N")]
    public int MaxRestarts { get; init; } = 3;
    [Setting("KontraktLogLines", TextForm.Number, Decides.Nothing, "Last log lines of a container that an error shows", option: "--log-lines N")]
    public int LogLines { get; init; } = 20;

    [Setting("KontraktJUnit", TextForm.Path, Decides.Nothing, "JUnit XML file to write; in a solution, each project with kontrakts writes its own", begins: SettingGroup.Reports, option: "--junit FILE")]
    public string? JUnit { get; init; }
    [Setting("KontraktTrx", TextForm.Path, Decides.Nothing, "TRX file to write", option: "--trx FILE")]
    public string? Trx { get; init; }
    [Setting("KontraktHtml", TextForm.Path, Decides.Nothing, "HTML file to write: a report for people", option: "--html FILE")]
    public string? Html { get; init; }
    [Setting("KontraktMarkdown", TextForm.Path, Decides.Nothing, "Markdown summary to write", option: "--markdown FILE", defaultText: "added to GITHUB_STEP_SUMMARY, in a step on GitHub")]
    public string? Markdown { get; init; }

    [Setting("KontraktFollow", TextForm.Flag, Decides.Nothing, "Show the logs of test pods while they run", option: "--follow")]
    public bool Follow { get; init; }

    [Setting("KontraktResults", TextForm.Path, Decides.Nothing, "Folder for IMAGE_URL, IMAGE_DIGEST and IMAGES of the pushed targets",
        begins: SettingGroup.Pipelines, option: "--results DIR", defaultText: "/tekton/results in a step of Tekton; in a step on GitHub they are its outputs")]
    public string? Results { get; init; }
    [Setting("KontraktImageOutput", TextForm.Path, Decides.Nothing, "Folder for NAME/index.json of each pushed target", option: "--image-output DIR", defaultText: "/workspace/output where that exists")]
    public string? ImageOutput { get; init; }
    [Setting("GITHUB_STEP_SUMMARY", TextForm.Path, Decides.Nothing, "File that GitHub shows as a step's summary")]
    public string? StepSummary { get; init; }
    [Setting("GITHUB_OUTPUT", TextForm.Path, Decides.Nothing, "File that a step on GitHub writes its outputs to")]
    public string? StepOutput { get; init; }

    /// <summary>The project whose build this is, a full path; null: none. No setting: a build knows it.</summary>
    internal string? Project { get; init; }
    [Setting("KontraktEngineProgram", TextForm.Path, Decides.Nothing, "The program of the embedded engine, kontrakt.dll; the package and the command set it")]
    public string? EngineProgram { get; init; }
}
