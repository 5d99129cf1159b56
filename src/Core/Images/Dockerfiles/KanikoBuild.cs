using Kontrakt.Diagnostics;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>How an executor is to build a Dockerfile: what it says, in what that one understands.</summary>
/// <param name="Text">What the executor reads; the Dockerfile's own, except what has to be written in another way.</param>
/// <param name="Instructions">As its log shows them.</param>
internal sealed record KanikoBuild(ImageSource.Dockerfile Build, Executor Executor, BuildStages Stages, string Text, IReadOnlyList<Instruction> Instructions)
{
    /// <summary>Whether it reads another text than the one that is in the context.</summary>
    public required bool IsBeside { get; init; }
    /// <summary>os/arch[/variant]; null for the node's own, where nothing asks for it.</summary>
    public required string? Platform { get; init; }
    /// <summary>What the build says, and what every Dockerfile has, where it asks for it and the executor does not give it.</summary>
    public required IReadOnlyDictionary<string, string> Arguments { get; init; }
    /// <summary>The ids of the secrets that commands of the needed stages mount, of those that the build gives.</summary>
    public required IReadOnlyList<string> Secrets { get; init; }

    /// <summary>Its argument for stages that nobody needs; null: what it does by itself is right.</summary>
    public bool? SkipUnusedStages => Executor.RenumbersStages ? null : !Stages.ByNumber ? true : Executor.SkipsUnusedStages ? false : null;

    /// <exception cref="KontraktException">KTR2015: it is not a Dockerfile; KTR2200: the executor would build it wrongly; KTR2201: a secret that it needs is not given. Each at its line.</exception>
    public static KanikoBuild Plan(ImageSource.Dockerfile build, string text, KontraktSettings settings)
    {
        var executor = Executor.Of(settings.KanikoExecutor, settings);
        var instructions = DockerfileReader.Read(build.File, text);
        var stages = DockerfileStages.Find(build.File, instructions, build.Target, build.Platform, build.BuildArgs, all: !executor.RenumbersStages);
        var needed = instructions.Where(instruction => instruction.Stage < 0 || stages.Needed.Contains(instruction.Stage)).ToList();
        var mounts = needed.SelectMany(instruction => instruction.Mounts.Where(mount => mount.Type == "secret"), (instruction, mount) => (instruction, mount)).ToList();
        KontraktException.ThrowIfAny([.. executor.Problems(build.File, stages), .. mounts.Where(each => each.mount.Required && !build.Secrets.ContainsKey(each.mount.SecretId))
            .Select(each => Ktr.BuildSecretUnavailable.At(new(build.File, each.instruction.Line, 1), each.mount.SecretId, build.Name, "the RUN requires it, and the image's Secrets do not give it"))]);
        var asked = PlatformArguments.UsedBy(needed);
        var platform = build.Platform ?? (asked.Count > 0 ? PlatformArguments.Machine : null);
        var (rewritten, logged) = Rewriting.For(text, instructions, stages, executor);
        return new(build, executor, stages, rewritten, logged)
        {
            IsBeside = build.IsOutside || rewritten != text,
            Platform = platform,
            Arguments = With(executor.HasPlatformArguments ? [] : PlatformArguments.Of(platform).Where(argument => asked.Contains(argument.Key)), build.BuildArgs),
            Secrets = [.. mounts.Select(each => each.mount.SecretId).Where(build.Secrets.ContainsKey).Distinct().Order(StringComparer.Ordinal)],
        };
    }

    private static Dictionary<string, string> With(IEnumerable<KeyValuePair<string, string>> platform, IReadOnlyDictionary<string, string> given)
    {
        var all = new Dictionary<string, string>(platform, StringComparer.Ordinal);
        foreach (var (name, value) in given)
            all[name] = value;
        return all;
    }
}
