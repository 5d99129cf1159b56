using System.Text.Json;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>What an instruction must have, as far as executors refuse it without saying the line.</summary>
internal static class InstructionSyntax
{
    private static readonly Dictionary<string, string[]> Flags = new(StringComparer.Ordinal)
    {
        ["FROM"] = ["platform"],
        ["RUN"] = ["mount", "network", "security", "device"],
        ["COPY"] = ["from", "chown", "chmod", "link", "parents", "exclude"],
        ["ADD"] = ["chown", "chmod", "link", "keep-git-dir", "checksum", "unpack", "exclude"],
        ["HEALTHCHECK"] = ["interval", "timeout", "start-period", "start-interval", "retries"],
    };

    /// <summary>What is wrong with it; null for nothing that is known here.</summary>
    public static string? Problem(Instruction instruction)
    {
        var (keyword, rest) = (instruction.Keyword, instruction.Rest);
        if (instruction.Flags.FirstOrDefault(flag => !Flags[keyword].Contains(flag.Name)) is { Name: { } flag })
            return $"{keyword} has no flag --{flag}";
        if (rest.Length == 0 && keyword is not ("RUN" or "CMD" or "ENTRYPOINT"))
            return $"{keyword} has nothing behind it";
        return keyword switch
        {
            "ENV" or "LABEL" => Pairs(keyword, rest),
            "COPY" or "ADD" when !rest.StartsWith('[') && rest.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length < 2 => $"{keyword} is written as {keyword} what where",
            "SHELL" when !IsList(rest) => """SHELL is written as a list: SHELL ["/bin/bash", "-c"]""",
            "HEALTHCHECK" when rest.Split((char[]?)null)[0].ToUpperInvariant() is not ("NONE" or "CMD") => "HEALTHCHECK is written as HEALTHCHECK CMD command, or HEALTHCHECK NONE",
            "ONBUILD" when rest.Split((char[]?)null)[0].ToUpperInvariant() is "ONBUILD" or "FROM" or "MAINTAINER" => "ONBUILD is not followed by ONBUILD, FROM or MAINTAINER",
            _ => null,
        };
    }

    /// <summary>NAME=value NAME=value, or NAME value.</summary>
    private static string? Pairs(string keyword, string rest)
    {
        var words = ShellWords.Split(rest) ?? [];
        if (words is not [var first, ..])
            return null;
        if (!first.Contains('=', StringComparison.Ordinal))
            return words.Count > 1 ? null : $"{keyword} is written as {keyword} NAME=value; '{first}' has no value";
        return words.FirstOrDefault(word => word.IndexOf('=', StringComparison.Ordinal) <= 0) is { } wrong ? $"{keyword} is written as {keyword} NAME=value NAME=value; '{wrong}' is not such a pair" : null;
    }

    private static bool IsList(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(text) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
