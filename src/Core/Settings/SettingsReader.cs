using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Oci.Names;

namespace Kontrakt.Settings;

/// <summary>Makes settings from texts by property name; an empty text is as good as none.</summary>
public static class SettingsReader
{
    private const string NoNamespace = "it is no name of a namespace: lower-case letters, digits and '-', at most 63";

    /// <summary>Every name that is read. MSBuild's properties include the environment already; others look these up there.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "KontraktDirectory", "KontraktRunsDirectory", "SOURCE_REFERENCE", "KO_DOCKER_REPO", "KontraktPullRepository", "KontraktInsecureRegistries",
        "KontraktPushRegistries", "KontraktPushRepository", "KontraktPushTags", "KontraktPinImages", "KontraktKubeContext", "KontraktKubeConfig", "KUBECONFIG", "KontraktNamespace", "KontraktPodSecurity", "KontraktTimeout",
        "KontraktParallelism", "KontraktFilter", "KontraktShard", "KontraktSince", "KontraktForce", "KontraktAttest", "KontraktAttestationKey", "KontraktVerdictCache", "KontraktKeep", "KontraktJUnit", "KontraktTrx", "KontraktHtml", "KontraktMarkdown",
        "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "KontraktResults", "KontraktImageOutput", "KontraktUnschedulableGrace", "KontraktMaxRestarts", "KontraktLogLines",
        "KontraktDeleteTimeout", "KontraktImagePullSecret", "KontraktEngineDirectory", "KontraktEngineProgram", "KontraktHostBaseImage",
        "KontraktContextBase", "KontraktContextMaxLayers", "KontraktContextFollowLinks", "KontraktContextLeaveOutBuilds",
        "KontraktBuildRepository", "KontraktRegistryMirrors", "KontraktBuildNamespace", "KontraktBuildTimeout", "KontraktBuildRequests", "KontraktKanikoExecutor", "KontraktKanikoSameAs", "KontraktKanikoArgs", "KontraktTemplates",
    ];

    /// <param name="values">Texts by name. KontraktKubeConfig falls back to KUBECONFIG. Other names are not looked at.</param>
    /// <param name="baseDirectory">What relative paths are relative to, and where kontrakts are looked for by default; a full path.</param>
    /// <exception cref="KontraktException">KTR1019 or KTR1011 for every text that cannot be read, all at once.</exception>
    public static KontraktSettings Read(IReadOnlyDictionary<string, string?> values, string baseDirectory)
    {
        var texts = new Texts(values, baseDirectory);
        var defaults = new KontraktSettings { Directory = baseDirectory, RunsDirectory = "" };
        var settings = new KontraktSettings
        {
            Directory = texts.Path("KontraktDirectory") ?? System.IO.Path.GetFullPath(baseDirectory),
            RunsDirectory = texts.Path("KontraktRunsDirectory") ?? System.IO.Path.Combine(System.IO.Path.GetFullPath(baseDirectory), "obj", "kontrakt"),
            SourceReference = texts.Text("SOURCE_REFERENCE"),
            Repository = texts.Repository("KO_DOCKER_REPO"),
            PullRepository = texts.Repository("KontraktPullRepository"),
            InsecureRegistries = texts.List("KontraktInsecureRegistries"),
            PushRegistries = texts.List("KontraktPushRegistries"),
            PushRepository = texts.Repository("KontraktPushRepository"),
            PushTags = texts.List("KontraktPushTags"),
            PinImages = texts.Boolean("KontraktPinImages", defaults.PinImages),
            KubeContext = texts.Text("KontraktKubeContext"),
            KubeConfig = texts.Paths("KontraktKubeConfig") ?? texts.Paths("KUBECONFIG"),
            Namespace = texts.Checked("KontraktNamespace", DnsNames.IsLabel, NoNamespace),
            PodSecurity = texts.PodSecurity("KontraktPodSecurity", defaults.PodSecurity),
            Timeout = texts.Duration("KontraktTimeout", defaults.Timeout, mayBeZero: false),
            Parallelism = texts.Number("KontraktParallelism", defaults.Parallelism, least: 1),
            Filter = texts.Filter("KontraktFilter"),
            Shard = texts.Shard("KontraktShard"),
            Keep = texts.Keep("KontraktKeep", defaults.Keep),
            Since = texts.Text("KontraktSince"),
            Force = texts.Boolean("KontraktForce", defaults.Force),
            VerdictCache = texts.Path("KontraktVerdictCache"),
            Attest = texts.Boolean("KontraktAttest", defaults.Attest),
            AttestationKey = texts.Path("KontraktAttestationKey"),
            JUnit = texts.Path("KontraktJUnit"),
            Trx = texts.Path("KontraktTrx"),
            Html = texts.Path("KontraktHtml"),
            Markdown = texts.Path("KontraktMarkdown"),
            StepSummary = texts.Path("GITHUB_STEP_SUMMARY"),
            StepOutput = texts.Path("GITHUB_OUTPUT"),
            Results = texts.Path("KontraktResults"),
            ImageOutput = texts.Path("KontraktImageOutput"),
            UnschedulableGrace = texts.Duration("KontraktUnschedulableGrace", defaults.UnschedulableGrace, mayBeZero: true),
            MaxRestarts = texts.Number("KontraktMaxRestarts", defaults.MaxRestarts, least: 0),
            LogLines = texts.Number("KontraktLogLines", defaults.LogLines, least: 0),
            DeleteTimeout = texts.Duration("KontraktDeleteTimeout", defaults.DeleteTimeout, mayBeZero: true),
            ImagePullSecret = texts.Checked("KontraktImagePullSecret", IsSecretName, "it is no secret's name, or namespace/name"),
            ContextBase = texts.Text("KontraktContextBase"),
            ContextMaxLayers = texts.Number("KontraktContextMaxLayers", defaults.ContextMaxLayers, least: 2),
            ContextFollowLinks = texts.Boolean("KontraktContextFollowLinks", defaults.ContextFollowLinks),
            ContextLeaveOutBuilds = texts.Text("KontraktContextLeaveOutBuilds") is null ? null : texts.Boolean("KontraktContextLeaveOutBuilds", false),
            BuildRepository = texts.Repository("KontraktBuildRepository"),
            RegistryMirrors = texts.List("KontraktRegistryMirrors"),
            BuildNamespace = texts.Checked("KontraktBuildNamespace", DnsNames.IsLabel, NoNamespace),
            BuildTimeout = texts.Duration("KontraktBuildTimeout", defaults.BuildTimeout, mayBeZero: false),
            BuildRequests = texts.Quantities("KontraktBuildRequests", defaults.BuildRequests),
            KanikoExecutor = texts.Checked("KontraktKanikoExecutor", text => ImageReference.TryParse(text, out _, out _), "it is no image reference") ?? defaults.KanikoExecutor,
            Templates = texts.PathList("KontraktTemplates"),
            KanikoSameAs = texts.Checked("KontraktKanikoSameAs", text => ImageReference.TryParse(text, out _, out _), "it is no image reference"),
            KanikoArgs = texts.Arguments("KontraktKanikoArgs"),
            EngineDirectory = texts.Path("KontraktEngineDirectory"),
            EngineProgram = texts.Path("KontraktEngineProgram"),
            HostBaseImage = texts.Text("KontraktHostBaseImage") is null ? null : texts.Boolean("KontraktHostBaseImage", false),
        };
        KontraktException.ThrowIfAny(texts.Problems);
        return settings;
    }

    private static bool IsSecretName(string text) => text.Split('/') switch
    {
        [var name] => DnsNames.IsSubdomain(name),
        [var space, var name] => DnsNames.IsLabel(space) && DnsNames.IsSubdomain(name),
        _ => false,
    };

    /// <summary>Reads one text each; notes a problem and gives the default where it cannot.</summary>
    private sealed class Texts(IReadOnlyDictionary<string, string?> values, string baseDirectory)
    {
        public List<Diagnostic> Problems { get; } = [];

        public string? Text(string name) => values.TryGetValue(name, out var text) && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

        public string? Path(string name) => Text(name) is { } text ? System.IO.Path.GetFullPath(text, baseDirectory) : null;

        /// <summary>A list of paths as KUBECONFIG has it.</summary>
        public string? Paths(string name) => Text(name) is { } text
            ? string.Join(System.IO.Path.PathSeparator, text.Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(path => System.IO.Path.GetFullPath(path, baseDirectory)))
            : null;

        public string[] List(string name) =>
            Text(name)?.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

        /// <summary>Arguments of a program, which may hold commas.</summary>
        public string[] Arguments(string name) => Text(name)?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

        /// <summary>cpu=500m;memory=1Gi; "none" for none.</summary>
        public IReadOnlyDictionary<string, string> Quantities(string name, IReadOnlyDictionary<string, string> otherwise)
        {
            if (Text(name) is not { } text)
                return otherwise;
            var pairs = text == "none" ? [] : List(name).Select(each => each.Split('=', 2, StringSplitOptions.TrimEntries)).ToList();
            return pairs.All(pair => pair is [{ Length: > 0 }, { Length: > 0 }]) && pairs.Select(pair => pair[0]).Distinct(StringComparer.Ordinal).Count() == pairs.Count
                ? pairs.ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal)
                : Wrong(name, text, "write each resource once, with a quantity, such as cpu=500m;memory=1Gi", otherwise);
        }

        public string[] PathList(string name) => Text(name) is null ? [] : [.. List(name).Select(path => System.IO.Path.GetFullPath(path, baseDirectory))];

        public string? Checked(string name, Func<string, bool> isValid, string problem)
        {
            var text = Text(name);
            return text is null || isValid(text) ? text : Wrong(name, text, problem, otherwise: (string?)null);
        }

        public KontraktFilter? Filter(string name)
        {
            if (Text(name) is not { } text)
                return null;
            return KontraktFilter.TryParse(text, out var filter, out var problem) ? filter : Wrong(name, text, problem, otherwise: (KontraktFilter?)null);
        }

        public KontraktShard? Shard(string name) => Text(name) is not { } text ? null
            : KontraktShard.Parse(text) ?? Wrong(name, text, "write which of how many, such as 2/5", otherwise: (KontraktShard?)null);

        public string? Repository(string name)
        {
            if (Text(name) is not { } text)
                return null;
            if (RepositoryPrefix.Problem(text, out var normalized) is not { } problem)
                return normalized;
            var shown = UserInfo.HideIn(text);
            Problems.Add(name == "KO_DOCKER_REPO" ? Ktr.InvalidRepository.At(null, shown, problem) : Ktr.InvalidSetting.At(null, name, shown, problem));
            return null;
        }

        public bool Boolean(string name, bool otherwise) => Text(name) is not { } text ? otherwise : text.ToLowerInvariant() switch
        {
            "true" or "yes" or "on" or "1" => true,
            "false" or "no" or "off" or "0" => false,
            _ => Wrong(name, text, "write true or false", otherwise),
        };

        public int Number(string name, int otherwise, int least)
        {
            if (Text(name) is not { } text)
                return otherwise;
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least
                ? number
                : Wrong(name, text, $"write a whole number from {least}", otherwise);
        }

        public TimeSpan Duration(string name, TimeSpan otherwise, bool mayBeZero)
        {
            if (Text(name) is not { } text)
                return otherwise;
            if (!Durations.TryParse(text, out var duration, out var problem))
                return Wrong(name, text, problem, otherwise);
            return duration > TimeSpan.Zero || mayBeZero ? duration : Wrong(name, text, "it leaves no time; write a duration such as 10m", otherwise);
        }

        public KeepPolicy Keep(string name, KeepPolicy otherwise) => Text(name) is not { } text ? otherwise : text.ToLowerInvariant() switch
        {
            "never" or "false" => KeepPolicy.Never,
            "failed" => KeepPolicy.Failed,
            "always" or "true" => KeepPolicy.Always,
            _ => Wrong(name, text, "write never, failed or always", otherwise),
        };

        public PodSecurityLevel PodSecurity(string name, PodSecurityLevel otherwise) => Text(name) is not { } text ? otherwise : text.ToLowerInvariant() switch
        {
            "privileged" => PodSecurityLevel.Privileged,
            "baseline" => PodSecurityLevel.Baseline,
            "restricted" => PodSecurityLevel.Restricted,
            _ => Wrong(name, text, "write privileged, baseline or restricted", otherwise),
        };

        private T Wrong<T>(string name, string text, string problem, T otherwise)
        {
            Problems.Add(Ktr.InvalidSetting.At(null, name, text, problem));
            return otherwise;
        }
    }
}
