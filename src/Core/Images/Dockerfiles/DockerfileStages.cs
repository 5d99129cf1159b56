using System.Globalization;
using Kontrakt.Diagnostics;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>Finds the stages of a Dockerfile that a target needs, and the images that they are built on.</summary>
internal sealed class DockerfileStages
{
    private readonly string _file;
    private readonly List<BuildStage> _stages = [];
    private readonly List<BaseImage> _bases = [];
    private readonly SortedSet<int> _needed = [];
    private bool _byNumber;

    private DockerfileStages(string file, IReadOnlyList<Instruction> instructions, string? platform, IReadOnlyDictionary<string, string> buildArgs)
    {
        _file = file;
        var variables = Global(instructions, platform, buildArgs);
        foreach (var from in instructions.Where(instruction => instruction.Keyword == "FROM"))
            _stages.Add(Read(from, platform ?? PlatformArguments.Machine, variables, [.. instructions.Where(instruction => instruction.Stage == from.Stage && instruction != from)]));
    }

    /// <param name="target">Null for the last stage.</param>
    /// <param name="platform">For the variables TARGETPLATFORM and its kin; null: this machine's.</param>
    /// <param name="all">Whether an executor is at work that builds every stage up to the target, where one is named by its number.</param>
    /// <exception cref="KontraktException">KTR2015: there is no such stage, or a FROM without an image.</exception>
    public static BuildStages Find(string file, IReadOnlyList<Instruction> instructions, string? target, string? platform, IReadOnlyDictionary<string, string> buildArgs, bool all = false)
    {
        var found = new DockerfileStages(file, instructions, platform, buildArgs);
        var last = target is null ? found._stages.Count - 1 : found.IndexOf(target, found._stages.Count);
        if (last < 0)
            throw Ktr.DockerfileInvalid.Error(new(file), $"it has no stage '{target}'; there are: {string.Join(", ", found._stages.Select((stage, index) => stage.Name ?? index.ToString(CultureInfo.InvariantCulture)))}");
        found.Need(last);
        for (var index = 0; all && found._byNumber && index < last; index++)
            found.Need(index);
        return new([.. found._bases.OrderBy(image => image.Instruction.Line)], found._stages, found._needed, found._byNumber);
    }

    private void Need(int index)
    {
        if (!_needed.Add(index))
            return;
        var stage = _stages[index];
        foreach (var (source, instruction) in stage.Instructions.SelectMany(Sources).Prepend((stage.Image, stage.From)))
        {
            if (IndexOf(source, index) is var other and >= 0)
            {
                _byNumber |= _stages[other].Name != source && instruction.Keyword != "FROM";
                Need(other);
            }
            else if (source != "scratch")
                _bases.Add(new(_file, source, instruction));
        }
    }

    /// <summary>What COPY --from and RUN --mount=from name: stages and images.</summary>
    private static IEnumerable<(string Source, Instruction Instruction)> Sources(Instruction instruction) =>
        (instruction.Keyword is "COPY" or "ADD" ? instruction.Flags.Where(flag => flag.Name == "from").Select(flag => flag.Value) : instruction.Mounts.Select(mount => mount.From ?? ""))
            .Where(source => source.Length > 0).Select(source => (source, instruction));

    /// <summary>A stage before another one, by name or number; -1 where there is none, and an image is named.</summary>
    private int IndexOf(string name, int before)
    {
        // Of stages with one name the last counts.
        var named = before == 0 ? -1 : _stages.FindLastIndex(before - 1, stage => string.Equals(stage.Name, name, StringComparison.OrdinalIgnoreCase));
        return named >= 0 ? named : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < before ? number : -1;
    }

    /// <summary>The variables of FROM: those of ARG before the first one, and the platform's.</summary>
    private Dictionary<string, string> Global(IReadOnlyList<Instruction> instructions, string? platform, IReadOnlyDictionary<string, string> buildArgs)
    {
        var variables = new Dictionary<string, string>(PlatformArguments.Of(platform), StringComparer.Ordinal);
        foreach (var (name, given) in buildArgs.Where(argument => variables.ContainsKey(argument.Key)))
            variables[name] = given;
        foreach (var argument in instructions.Where(instruction => instruction is { Keyword: "ARG", Stage: < 0 }))
            foreach (var parts in (ShellWords.Split(argument.Arguments) ?? []).Select(word => word.Split('=', 2)))
            {
                if (buildArgs.TryGetValue(parts[0], out var given))
                    variables[parts[0]] = given;
                else if (parts.Length > 1)
                    variables[parts[0]] = Expand(parts[1], argument, variables);
            }
        return variables;
    }

    private BuildStage Read(Instruction from, string platform, Dictionary<string, string> variables, IReadOnlyList<Instruction> instructions)
    {
        var words = from.Rest.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is not (1 or 3) || (words.Length == 3 && !words[1].Equals("AS", StringComparison.OrdinalIgnoreCase)))
            throw Ktr.DockerfileInvalid.Error(new(_file, from.Line, 1), "FROM is written as FROM image, or FROM image AS name");
        var image = Expand(words[0], from, variables);
        if (image.Length == 0)
            throw Ktr.DockerfileInvalid.Error(new(_file, from.Line, 1), $"'{words[0]}' comes to nothing, and FROM needs an image; give it with BuildArgs, or a default with ARG before the first FROM");
        var parent = IndexOf(image, _stages.Count);
        var wanted = Expand(from.Flags.FirstOrDefault(flag => flag.Name == "platform").Value ?? "", from, variables);
        return new(words.ElementAtOrDefault(2), image, from, instructions, parent < 0 ? null : parent)
        {
            OtherPlatform = wanted.Length == 0 || wanted == platform || wanted == PlatformArguments.Machine || parent >= 0 || image == "scratch" ? null : wanted,
        };
    }

    private string Expand(string word, Instruction instruction, Dictionary<string, string> variables)
    {
        try
        {
            return ShellWords.Expand(word, name => variables.GetValueOrDefault(name));
        }
        catch (FormatException wrong)
        {
            throw Ktr.DockerfileInvalid.Error(wrong, new(_file, instruction.Line, 1), wrong.Message);
        }
    }
}

/// <summary>What of a Dockerfile a target needs.</summary>
/// <param name="Bases">The base images of the needed stages.</param>
/// <param name="Stages">All of them, in their order.</param>
/// <param name="Needed">The indexes of those that are built.</param>
/// <param name="ByNumber">Whether one of these names another by its number, or in other letters: what some executors lose when they leave stages out.</param>
internal sealed record BuildStages(IReadOnlyList<BaseImage> Bases, IReadOnlyList<BuildStage> Stages, IReadOnlySet<int> Needed, bool ByNumber)
{
    /// <summary>A stage and those that it goes on from, the first of them first.</summary>
    public IEnumerable<BuildStage> Chain(int index) => Stages[index].Parent is { } parent ? Chain(parent).Append(Stages[index]) : [Stages[index]];
}

/// <summary>A stage of a Dockerfile.</summary>
/// <param name="Image">What FROM names, variables replaced.</param>
/// <param name="Parent">The stage that it goes on from; null for an image.</param>
internal sealed record BuildStage(string? Name, string Image, Instruction From, IReadOnlyList<Instruction> Instructions, int? Parent)
{
    /// <summary>A platform that FROM asks for and that is neither the image's nor this machine's; null for none.</summary>
    public string? OtherPlatform { get; init; }
}
