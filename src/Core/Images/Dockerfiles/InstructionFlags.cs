namespace Kontrakt.Images.Dockerfiles;

/// <summary>The flags of an instruction; what looks like one later on, in a command, is none.</summary>
internal sealed record InstructionFlags(IReadOnlyList<(string Name, string Value)> Flags, string Rest)
{
    private static readonly HashSet<string> Flagged = new(StringComparer.Ordinal) { "ADD", "COPY", "FROM", "HEALTHCHECK", "RUN" };

    public static InstructionFlags Of(string keyword, string arguments)
    {
        var flags = new List<(string, string)>();
        var rest = arguments.TrimStart();
        while (Flagged.Contains(keyword) && rest.StartsWith("--", StringComparison.Ordinal))
        {
            var end = rest.AsSpan().IndexOfAny(" \t");
            var word = end < 0 ? rest : rest[..end];
            rest = end < 0 ? "" : rest[end..].TrimStart();
            if (word == "--")
                break;
            var parts = word[2..].Split('=', 2);
            flags.Add((parts[0], parts.Length > 1 ? parts[1].Trim('"') : ""));
        }
        return new(flags, rest);
    }
}

/// <summary>RUN --mount=type=…,id=…: its keys, and what is not said is null.</summary>
internal sealed record RunMount(string Type, string? Id, string? From, string? Target, bool Required)
{
    public static RunMount Parse(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in text.Split(',').Select(part => part.Split('=', 2)))
            values[part[0].Trim()] = part.Length > 1 ? part[1].Trim().Trim('"') : "true";
        string? Value(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
                if (values.TryGetValue(name, out var value))
                    return value;
            return null;
        }
        return new(Value("type") ?? "bind", Value("id"), Value("from"), Value("target", "dst", "destination"), Value("required") is "true" or "1" or "");
    }

    /// <summary>What a secret is called: its id, else the last part of its target.</summary>
    public string SecretId => Id ?? (Target ?? "").TrimEnd('/').Split('/')[^1];
}
