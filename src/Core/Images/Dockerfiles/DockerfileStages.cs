using System.Globalization;
using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>Another image that a build takes something from.</summary>
/// <param name="File">The Dockerfile.</param>
/// <param name="Image">As the Dockerfile names it, variables replaced.</param>
internal sealed record BaseImage(string File, string Image, Instruction Instruction)
{
    public SourceLocation Location => new(File, Instruction.Line, 1);
}

/// <summary>The stages of a Dockerfile that a target needs, and the images that they are built on.</summary>
internal static partial class DockerfileStages
{
    /// <param name="target">Null for the last stage.</param>
    /// <param name="platform">For the variables TARGETPLATFORM and its kin.</param>
    /// <exception cref="KontraktException">KTR2015: there is no such stage, or a FROM without an image.</exception>
    public static IReadOnlyList<BaseImage> Bases(string file, IReadOnlyList<Instruction> instructions, string? target, string? platform, IReadOnlyDictionary<string, string> buildArgs)
    {
        var stages = new List<Stage>();
        var variables = Global(instructions, platform, buildArgs);
        foreach (var from in instructions.Where(instruction => instruction.Keyword == "FROM"))
            stages.Add(Stage.Read(file, from, variables, instructions));
        var last = target is null ? stages.Count - 1 : IndexOf(stages, target, stages.Count);
        if (last < 0)
            throw Ktr.DockerfileInvalid.Error(new(file), $"it has no stage '{target}'; there are: {string.Join(", ", stages.Select((stage, index) => stage.Name ?? index.ToString(CultureInfo.InvariantCulture)))}");
        var bases = new List<BaseImage>();
        var needed = new HashSet<int>();
        Need(last);
        return [.. bases.OrderBy(image => image.Instruction.Line)];

        void Need(int index)
        {
            if (!needed.Add(index))
                return;
            foreach (var (source, instruction) in stages[index].Sources)
            {
                if (IndexOf(stages, source, index) is var other and >= 0)
                    Need(other);
                else if (source != "scratch")
                    bases.Add(new(file, source, instruction));
            }
        }
    }

    /// <summary>A stage before another one, by name or number; -1 where there is none, and an image is meant.</summary>
    private static int IndexOf(List<Stage> stages, string name, int before)
    {
        var named = stages.FindIndex(0, before, stage => string.Equals(stage.Name, name, StringComparison.OrdinalIgnoreCase));
        return named >= 0 ? named : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < before ? number : -1;
    }

    /// <summary>The variables of FROM: those of ARG before the first one, and the platform's.</summary>
    private static Dictionary<string, string> Global(IReadOnlyList<Instruction> instructions, string? platform, IReadOnlyDictionary<string, string> buildArgs)
    {
        var parts = (platform ?? "").Split('/');
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["TARGETPLATFORM"] = platform ?? "", ["TARGETOS"] = parts[0], ["TARGETARCH"] = parts.ElementAtOrDefault(1) ?? "" };
        foreach (var argument in instructions.Where(instruction => instruction is { Keyword: "ARG", Stage: < 0 }).SelectMany(instruction => Words().Matches(instruction.Arguments).Select(word => word.Value)))
        {
            var parts2 = argument.Split('=', 2);
            variables[parts2[0]] = buildArgs.TryGetValue(parts2[0], out var given) ? given
                : parts2.Length > 1 ? Variables.Replace(parts2[1].Trim('"', '\''), variables) : variables.GetValueOrDefault(parts2[0], "");
        }
        return variables;
    }

    // Blanks within quotes do not end a word.
    [GeneratedRegex("""(?:"[^"]*"|'[^']*'|\S)+""")]
    private static partial Regex Words();

    /// <param name="Sources">What FROM, COPY --from and RUN --mount=from name: stages and images.</param>
    private sealed partial record Stage(string? Name, IReadOnlyList<(string Source, Instruction Instruction)> Sources)
    {
        public static Stage Read(string file, Instruction from, Dictionary<string, string> variables, IReadOnlyList<Instruction> instructions)
        {
            var words = from.Arguments.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SkipWhile(word => word.StartsWith("--", StringComparison.Ordinal)).ToArray();
            if (words.Length is not (1 or 3) || (words.Length == 3 && !words[1].Equals("AS", StringComparison.OrdinalIgnoreCase)))
                throw Ktr.DockerfileInvalid.Error(new(file, from.Line, 1), "FROM is written as FROM image, or FROM image AS name");
            var image = Variables.Replace(words[0].Trim('"'), variables);
            if (image.Length == 0)
                throw Ktr.DockerfileInvalid.Error(new(file, from.Line, 1), $"'{words[0]}' comes to nothing, and FROM needs an image; give it with BuildArgs, or a default with ARG before the first FROM");
            var sources = instructions.Where(instruction => instruction.Stage == from.Stage && instruction.Keyword is "COPY" or "RUN")
                .SelectMany(instruction => FromOption().Matches(instruction.Arguments).Select(match => (match.Groups["source"].Value, instruction)));
            return new(words.ElementAtOrDefault(2), [(image, from), .. sources]);
        }

        [GeneratedRegex(@"(?:^|\s)--(?:from=|mount=(?:\S*,)?from=)(?<source>[^\s,]+)")]
        private static partial Regex FromOption();
    }
}
