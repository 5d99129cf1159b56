namespace Kontrakt.Settings;

/// <summary>When the namespace of a kontrakt outlives its run.</summary>
public enum KeepPolicy { Never, Failed, Always }

/// <summary>A level of the Pod Security Standards, the most generous one first.</summary>
public enum PodSecurityLevel { Privileged, Baseline, Restricted }

/// <summary>Every setting of a run, read once by the tasks (properties) or the tool (options, environment). Nothing below reads the environment for these.</summary>
public sealed record KontraktSettings
{
    private static readonly Dictionary<string, string> DefaultRequests = new() { ["cpu"] = "100m", ["memory"] = "256Mi" };

    /// <summary>The folder below which kontrakts are looked for; a full path. (KontraktDirectory, --directory)</summary>
    public required string Directory { get; init; }
    /// <summary>Where runs are recorded: $(BaseIntermediateOutputPath)kontrakt/; a full path.</summary>
    public required string RunsDirectory { get; init; }
    public string? SourceReference { get; init; }
    /// <summary>KO_DOCKER_REPO: registry and optional path images are pushed to.</summary>
    public string? Repository { get; init; }
    /// <summary>KontraktPullRepository: the cluster's name for the same place.</summary>
    public string? PullRepository { get; init; }
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];
    /// <summary>KontraktPushRegistries: registries that may be pushed to; empty allows all.</summary>
    public IReadOnlyList<string> PushRegistries { get; init; } = [];
    /// <summary>KontraktPushRepository: where the images of targets go after a run that passed; null: they stay in <see cref="Repository"/> and get their tags there.</summary>
    public string? PushRepository { get; init; }
    /// <summary>KontraktPushTags: tags of pushed targets besides SOURCE_REFERENCE, such as latest.</summary>
    public IReadOnlyList<string> PushTags { get; init; } = [];
    public bool PinImages { get; init; }
    public string? KubeContext { get; init; }
    /// <summary>A KUBECONFIG value: one or more paths.</summary>
    public string? KubeConfig { get; init; }
    /// <summary>KontraktNamespace: an existing namespace to use in place of temporary ones.</summary>
    public string? Namespace { get; init; }
    /// <summary>KontraktPodSecurity: what pods of kontrakts may ask of their node.</summary>
    public PodSecurityLevel PodSecurity { get; init; } = PodSecurityLevel.Baseline;
    /// <summary>KontraktTimeout: what one kontrakt may take from lease to verdict.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);
    public int Parallelism { get; init; } = 8;
    public KeepPolicy Keep { get; init; } = KeepPolicy.Never;
    /// <summary>KontraktSince: only kontrakts that have changed since this git ref; null: all.</summary>
    public string? Since { get; init; }
    /// <summary>KontraktForce: every kontrakt runs, whatever verdict of it was kept.</summary>
    public bool Force { get; init; }
    /// <summary>KontraktVerdictCache: the folder of kept verdicts; null: verdicts in <see cref="RunsDirectory"/>.</summary>
    public string? VerdictCache { get; init; }
    /// <summary>KontraktAttest: what a run has proved of each target is pushed beside it.</summary>
    public bool Attest { get; init; }
    /// <summary>KontraktAttestationKey: the file with the private key that signs it; null: it is not signed.</summary>
    public string? AttestationKey { get; init; }
    /// <summary>KontraktJUnit: where to write JUnit XML; null for nowhere.</summary>
    public string? JUnit { get; init; }
    /// <summary>KontraktTrx: where to write TRX; null for nowhere.</summary>
    public string? Trx { get; init; }
    /// <summary>KontraktHtml: where to write the HTML report; null for nowhere.</summary>
    public string? Html { get; init; }
    /// <summary>KontraktMarkdown: where to write the Markdown summary; null: it is added to <see cref="StepSummary"/>.</summary>
    public string? Markdown { get; init; }
    /// <summary>GITHUB_STEP_SUMMARY: the file that GitHub shows as a step's summary; null outside of GitHub.</summary>
    public string? StepSummary { get; init; }
    /// <summary>GITHUB_OUTPUT: the file that a step on GitHub writes its outputs to; null outside of GitHub.</summary>
    public string? StepOutput { get; init; }
    /// <summary>KontraktResults: the folder for a pipeline's results, IMAGE_URL, IMAGE_DIGEST and IMAGES; null: /tekton/results where that exists.</summary>
    public string? Results { get; init; }
    /// <summary>KontraktImageOutput: the folder for an index.json of each pushed image; null: /workspace/output where that exists.</summary>
    public string? ImageOutput { get; init; }
    /// <summary>KontraktFilter: the kontrakts that are selected; null: all.</summary>
    public KontraktFilter? Filter { get; init; }
    /// <summary>KontraktShard: the part of them that is this machine's; null: all.</summary>
    public KontraktShard? Shard { get; init; }
    /// <summary>KontraktUnschedulableGrace: how long a pod may be unschedulable before that is final.</summary>
    public TimeSpan UnschedulableGrace { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>KontraktMaxRestarts: restarts of a container after which a crash loop is final.</summary>
    public int MaxRestarts { get; init; } = 3;
    /// <summary>KontraktLogLines: last log lines of a container shown in an error.</summary>
    public int LogLines { get; init; } = 20;
    /// <summary>KontraktDeleteTimeout: how long the deletion of a namespace is waited for.</summary>
    public TimeSpan DeleteTimeout { get; init; } = TimeSpan.FromMinutes(2);
    /// <summary>KontraktImagePullSecret: namespace/name or name (of the context's namespace) of a pull secret to copy in.</summary>
    public string? ImagePullSecret { get; init; }
    /// <summary>KontraktContextBase: the image that context images stand on; null for one made here.</summary>
    public string? ContextBase { get; init; }
    /// <summary>KontraktContextMaxLayers: layers above its base after which a context image is made anew.</summary>
    public int ContextMaxLayers { get; init; } = 64;
    /// <summary>KontraktContextFollowLinks: whether links that leave a context folder become what they lead to, in place of being errors.</summary>
    public bool ContextFollowLinks { get; init; }
    /// <summary>KontraktContextLeaveOutBuilds: whether .git, bin and obj stay out of contexts; null: of folders with a project or solution.</summary>
    public bool? ContextLeaveOutBuilds { get; init; }
    /// <summary>KontraktBuildRepository: the name by which pods in the cluster push to <see cref="Repository"/>; null: found out, else the pull repository, else the same.</summary>
    public string? BuildRepository { get; init; }
    /// <summary>KontraktRegistryMirrors: mirrors of Docker Hub, for builds in the cluster, for what a run reads itself, and for pods on the embedded engine.</summary>
    public IReadOnlyList<string> RegistryMirrors { get; init; } = [];
    /// <summary>KontraktBuildNamespace: an existing namespace for the pods of builds; null for <see cref="Namespace"/>, else a temporary one.</summary>
    public string? BuildNamespace { get; init; }
    /// <summary>KontraktBuildTimeout: what one build in the cluster may take.</summary>
    public TimeSpan BuildTimeout { get; init; } = TimeSpan.FromMinutes(20);
    /// <summary>KontraktBuildRequests: what each container of a build asks of its node, by resource.</summary>
    public IReadOnlyDictionary<string, string> BuildRequests { get; init; } = DefaultRequests;
    /// <summary>KontraktTemplates: files and folders with build templates, full paths, besides the folder "templates" of <see cref="Directory"/> and the kontrakts.</summary>
    public IReadOnlyList<string> Templates { get; init; } = [];
    /// <summary>KontraktKanikoExecutor: the image that builds Dockerfiles.</summary>
    public string KanikoExecutor { get; init; } = "ghcr.io/osscontainertools/kaniko:v1.28.3";
    /// <summary>KontraktKanikoSameAs: the executor that <see cref="KanikoExecutor"/> is a copy of, where its name does not say so; null for none.</summary>
    public string? KanikoSameAs { get; init; }
    /// <summary>KontraktKanikoArgs: further arguments for it.</summary>
    public IReadOnlyList<string> KanikoArgs { get; init; } = [];
    /// <summary>KontraktEngineDirectory: where the embedded engine keeps images and what it needs to be found; null for the user's data folder.</summary>
    public string? EngineDirectory { get; init; }
    /// <summary>KontraktEngineProgram: the program of the embedded engine, kontrakt.dll; set by the package and the tool.</summary>
    public string? EngineProgram { get; init; }
    /// <summary>KontraktHostBaseImage: whether .NET images stand on a base made from this machine; null: where the embedded engine runs them.</summary>
    public bool? HostBaseImage { get; init; }
}
