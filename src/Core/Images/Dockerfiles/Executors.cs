using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Oci.Names;
using Kontrakt.Settings;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>
/// What is known of the programs that build Dockerfiles. Upstream (gcr.io/kaniko-project/executor) is archived; its last release is 1.24.0, and nothing of
/// the table below works there. The fork (osscontainertools/kaniko) continues with it. Found out by their sources, and by trying 1.24.0 and 1.28.3.
/// An executor that is not known is treated as one that does nothing of this.
/// </summary>
/// <param name="Image">As it is named.</param>
/// <param name="Version">Of the fork; null for every other, and for one whose tag is not a version.</param>
internal sealed partial record Executor(string Image, Version? Version, bool Known)
{
    /// <summary>The maintained one, at the version that was tried.</summary>
    public const string Default = "ghcr.io/osscontainertools/kaniko:v1.28.3";

    private static readonly string[] ForkNames = ["osscontainertools/kaniko", "martizih/kaniko"], UpstreamNames = ["kaniko-project/executor"];

    /// <summary>What one may say in a Dockerfile that not every executor does: the fork's version that does it first; null: none does.</summary>
    private static readonly Gap[] Gaps =
    [
        new("1.25.4", use => use.RunsDocument, "it runs nothing of a here-document", "Write the commands with && and \\"),
        new("1.25.4", use => use.Copies && use.Instruction.Documents.Count > 0, "it copies nothing of a here-document", "Put the text into a file of the context"),
        new("1.28.1", use => use.Copies && use.Instruction.Documents.Any(document => document.Expands && document.Body.Any(line => line.Contains('$'))), "it does not replace the variables in a here-document", "Quote its name and write the values, or make the file with RUN"),
        new(null, use => use.RunsDocument && use.Instruction.Rest.StartsWith('['), "it leaves out a here-document behind a command in brackets", "Write the command without brackets"),
        new(null, use => use.RunsDocument && use.Instruction.Documents is [{ Body: [var first, ..] }] && use.IsBareDocument && first.StartsWith("#!", StringComparison.Ordinal), "it does not start the program that #! names", "Name the program before the here-document, as in RUN python3 <<'EOF'"),
        new(null, use => use.RunsDocument && use.Instruction.Documents.Count > 1 && use.Instruction.Rest.StartsWith("<<", StringComparison.Ordinal) && !use.IsBareDocument, "it runs none of several here-documents without a command", "Write a RUN for each"),
        new("1.26.0", use => use.Mounts("cache"), "it mounts no cache, so that what is cached goes into the image", "Leave the mount out, and delete the files in the same RUN"),
        new(null, use => use.Instruction.Mounts.Any(mount => mount.Type == "cache" && mount.From is not null), "it does not fill a cache from an image or a stage", "Leave 'from' out, or COPY --from"),
        new("1.27.0", use => use.Mounts("secret"), "it mounts no secret", "There is no other safe way"),
        new("1.28.0", use => use.Mounts("bind"), "it mounts nothing of the context", "COPY the files"),
        new(null, use => use.Instruction.Mounts.Any(mount => mount.Type == "bind" && mount.From is not (null or "context")), "it mounts nothing of an image or a stage", "COPY --from it, to a stage of its own where it should not stay"),
        new(null, use => use.Instruction.Mounts.Any(mount => mount.Target is [not ('/' or '$'), ..]), "it takes a target as seen from /, and not from WORKDIR", "Write the whole path of the target"),
        new(null, use => use.Mounts("tmpfs"), "it mounts no tmpfs, so that what is written there goes into the image", "Delete the files in the same RUN"),
        new(null, use => use.Mounts("ssh"), "it hands on no ssh agent", "Give a deploy key as a secret (RUN --mount=type=secret)"),
        new(null, use => use.Runs && use.Instruction.Flags.Any(flag => flag is ("network", "none")), "it cuts no command off from the network", "Leave the flag out"),
        new(null, use => use.Runs && use.Instruction.Flags.Any(flag => flag is ("security", "insecure") or ("device", _)), "it gives no command more rights or devices", "Leave the flag out"),
        new(null, use => use.Copies && use.Instruction.Has("parents"), "it leaves out the folders that --parents keeps", "Name the folder in the target"),
        new(null, use => use.Copies && use.Instruction.Has("exclude"), "it copies what --exclude leaves out", "Name the files in .dockerignore"),
        new(null, use => use.Adds && use.Instruction.Flags.Any(flag => flag.Name == "unpack"), "it unpacks archives of the context always, and others never", "Leave --unpack out; RUN tar unpacks others"),
        new(null, use => use.Adds && use.Instruction.Flags.Any(flag => flag.Name == "checksum"), "it does not compare the checksum", "RUN sha256sum -c on what was added"),
        new(null, use => use.Adds && (use.Instruction.Flags.Any(flag => flag.Name == "keep-git-dir") || GitSource().IsMatch(use.Instruction.Rest)), "it does not clone a repository", "RUN git clone, or have it in the context"),
        new("1.25.2", use => use.Copies && use.User is not null && use.Instruction.Flags.All(flag => flag.Name is not ("chown" or "from")), "it gives the files to the user that USER names, and not to root", "Add --chown=0:0, or who should own them"),
        new(null, use => use.OtherPlatform is not null, "it builds every stage for the platform of the image", "Leave --platform out, or build that stage as an image of its own, with Platform"),
        new(null, use => use.Volume is not null, "it leaves out what is written below a VOLUME that is above it", "Put VOLUME below it"),
    ];

    /// <summary>Whether it keeps count of stages when it leaves out those that nobody needs, and always leaves them out.</summary>
    public bool RenumbersStages => Version >= new Version(1, 26);

    /// <summary>Whether it knows TARGETARCH and its kin by itself.</summary>
    public bool HasPlatformArguments => Version >= new Version(1, 25, 3);

    /// <summary>Whether it leaves out unneeded stages by default.</summary>
    public bool SkipsUnusedStages => Version >= new Version(1, 25);

    /// <summary>Whether it runs here-documents, though one that is all of a RUN only where a shell has read it first: see <see cref="Rewriting"/>.</summary>
    public bool RunsDocuments => Version >= new Version(1, 25, 4);

    /// <summary>Variables that make it do what the reference says, where it keeps to what it did before.</summary>
    public IReadOnlyDictionary<string, string> Variables => Version is null ? new Dictionary<string, string>() : Compatible;

    // As the reference says; and, of what is cached or ignored, nothing that is another thing.
    private static readonly Dictionary<string, string> Compatible = new[]
        {
            "CHOWN_ON_IMPLICIT_DIRS", "COPY_AS_ROOT", "COPY_CHMOD_ON_IMPLICIT_DIRS", "EXPAND_HEREDOC", "RUN_HONOR_GROUP", "UNTAR_SKIP_ROOT",
            "HASH_DIR_FRAMING", "RESOLVE_CACHE_KEY", "ROLLING_CACHE_KEY", "SCOPED_DOCKERIGNORE", "SKIP_WRITE_WHITEOUTS",
        }
        .ToDictionary(name => $"FF_KANIKO_{name}", _ => "true", StringComparer.Ordinal);

    /// <summary>By repository and tag; where that says nothing, by what KontraktKanikoSameAs says of KontraktKanikoExecutor.</summary>
    public static Executor Of(string image, KontraktSettings settings)
    {
        var other = settings.KanikoSameAs is not { } same ? null : Find(same) ?? throw Ktr.InvalidSetting.Error(null, "KontraktKanikoSameAs", same, $"no executor of that name and version is known; one is {Default}");
        var known = Find(image) ?? (image == settings.KanikoExecutor ? other : null);
        return known is null ? new(image, null, false) : known with { Image = image };
    }

    /// <summary>Whether an image is one of those that are known.</summary>
    public static bool IsKnown(string image) => Find(image) is not null;

    /// <summary>Everything in the needed stages that this one would build wrongly, each at its line.</summary>
    public IEnumerable<Diagnostic> Problems(string file, BuildStages stages) =>
        from index in stages.Needed
        from use in InstructionUse.Of(stages, index)
        let gap = Gaps.FirstOrDefault(gap => !(Version is not null && gap.Since is not null && Version >= Version.Parse(gap.Since)) && gap.Is(use))
        where gap is not null
        select Ktr.ExecutorLacks.At(new(file, use.Instruction.Line, 1), Clusters.Pods.LogText.Short(use.Instruction.Text), Image, gap.Does,
            (gap.Since is null ? "" : $"Use {Default} (KontraktKanikoExecutor), which does; or: ") + gap.Instead + (Known ? "" : ". This executor is not known; if it is a copy of one that is, say which (KontraktKanikoSameAs)"));

    private static Executor? Find(string image)
    {
        if (!ImageReference.TryParse(image, out var reference, out _))
            return null;
        bool Is(string name) => reference.Repository == name || reference.Repository.EndsWith("/" + name, StringComparison.Ordinal);
        return UpstreamNames.Any(Is) ? new(image, null, true)
            : ForkNames.Any(Is) && VersionTag().Match(reference.Tag ?? "") is { Success: true } version ? new(image, Version.Parse(version.Groups[1].Value), true) : null;
    }

    private sealed record Gap(string? Since, Func<InstructionUse, bool> Is, string Does, string Instead);

    // v1.28.3, 1.28.3-debug
    [GeneratedRegex(@"^v?(\d+\.\d+\.\d+)(?:-(?:debug|slim|alpine))?$")]
    private static partial Regex VersionTag();

    [GeneratedRegex(@"(?:^|[\s""\[])(?:git@|git://|ssh://|https?://\S+\.git(?:[#?\s""]|$))")]
    private static partial Regex GitSource();
}
