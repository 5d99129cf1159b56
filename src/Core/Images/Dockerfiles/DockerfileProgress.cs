using System.Globalization;
using System.Text.RegularExpressions;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>Follows a build through its Dockerfile by what Kaniko logs, and says which instruction a failure is of.</summary>
internal sealed partial class DockerfileProgress(string file, IReadOnlyList<Instruction> instructions, IReadOnlyList<BaseImage> bases)
{
    /// <summary>The last instruction that was begun; -1 before the first.</summary>
    private int _reached = -1;
    private string? _retrieved;
    private string? _error;
    private bool _inStage;

    public void OnLine(string line)
    {
        var said = Prefix().Replace(line, "");
        if (LastWord().IsMatch(said))
            _error = said.TrimEnd();
        else if (Retrieving().Match(said) is { Success: true } retrieving)
            _retrieved = retrieving.Groups["image"].Value;
        else if (said.StartsWith("Building stage '", StringComparison.Ordinal))
            _inStage = true;
        else if (Prefix().IsMatch(line) && Next(Instruction.Squeeze(said)) is var next and >= 0)
            _reached = next;
    }

    /// <summary>The diagnostic at the Dockerfile's line; null where the failure is not an instruction's.</summary>
    public Diagnostic? Explain(BuildFailure failure)
    {
        var why = _error ?? (failure.LastLines is [.., var last] ? last : failure.Ended);
        if (SyntaxError().Match(why) is { Success: true } syntax)
            return Ktr.DockerfileInvalid.At(new(file, int.Parse(syntax.Groups["line"].Value, CultureInfo.InvariantCulture), 1), syntax.Groups["what"].Value.TrimEnd('.'));
        if (Failed(why) is not { } instruction)
            return null;
        return Ktr.DockerfileStepFailed.At(new(file, instruction.Line, 1, instruction.EndLine), LogText.Short(instruction.Text), Reason(why) + LogText.Tail(failure.LastLines));
    }

    private Instruction? Failed(string why)
    {
        if (why.StartsWith("error pushing image", StringComparison.Ordinal) || why.StartsWith("error checking push permissions", StringComparison.Ordinal))
            return null;
        if (why.Contains("failed to get files used from context", StringComparison.Ordinal))
            return MissingSource(why);
        if (_reached >= 0)
            return instructions[_reached];
        // Before the first instruction, what fails is a base image.
        return _retrieved is not null || _inStage ? bases.FirstOrDefault(image => image.Image == _retrieved || why.Contains(image.Image, StringComparison.Ordinal))?.Instruction : null;
    }

    /// <summary>Kaniko looks for the files of a COPY before it says that it begins with it.</summary>
    private Instruction? MissingSource(string why)
    {
        var ahead = instructions.Skip(_reached + 1).Where(instruction => instruction.Keyword is "COPY" or "ADD").ToList();
        var named = MissingPath().Match(why) is { Success: true } path ? Path.GetFileName(path.Groups["path"].Value.TrimEnd('/')) : "";
        return ahead.FirstOrDefault(instruction => named.Length > 0 && instruction.Arguments.Contains(named, StringComparison.Ordinal)) ?? ahead.FirstOrDefault();
    }

    /// <summary>The instruction that a line names, from the one that was reached on; equal ones come one after another.</summary>
    private int Next(string text)
    {
        for (var index = _reached + 1; index < instructions.Count; index++)
        {
            if ((instructions[index].Logged ?? instructions[index].Text).Equals(text, StringComparison.OrdinalIgnoreCase))
                return index;
        }
        return -1;
    }

    /// <summary>The end of Kaniko's chain of "error building image: error building stage: failed to execute command: ...".</summary>
    private static string Reason(string why) => ErrorChain().Replace(why, "").TrimEnd('.');

    // What Kaniko itself says last; a command of the Dockerfile may write "error", too.
    [GeneratedRegex("^(?:Error: )?error (?:building|pushing|checking|resolving|changing) ")]
    private static partial Regex LastWord();

    // INFO[0002] at the beginning.
    [GeneratedRegex(@"^(?:INFO|WARN|ERRO|FATA)\S*\[\S*\]\s+")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"^Retrieving image manifest (?<image>\S+)")]
    private static partial Regex Retrieving();

    [GeneratedRegex(@"parse error (?:on )?line (?<line>\d+): (?<what>.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex SyntaxError();

    [GeneratedRegex(@"(?:lstat|stat|open) (?<path>[^:]+):|failed to get fileinfo for (?<path>[^:]+):")]
    private static partial Regex MissingPath();

    [GeneratedRegex(@"^(?:Error: )?(?:error building image: |error building stage: |failed to execute command: )+")]
    private static partial Regex ErrorChain();
}
