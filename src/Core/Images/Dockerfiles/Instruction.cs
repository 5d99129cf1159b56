namespace Kontrakt.Images.Dockerfiles;

/// <summary>One instruction of a Dockerfile.</summary>
/// <param name="Keyword">In upper case: RUN.</param>
/// <param name="Arguments">What follows the keyword, continuation lines joined, without the text of here-documents.</param>
/// <param name="Line">The first of its lines, from 1.</param>
/// <param name="EndLine">The last of its lines, here-documents included.</param>
/// <param name="Stage">The index of its stage; -1 before the first FROM.</param>
internal sealed record Instruction(string Keyword, string Arguments, int Line, int EndLine, int Stage)
{
    private readonly InstructionFlags _flags = InstructionFlags.Of(Keyword, Arguments);

    public IReadOnlyList<HereDocument> Documents { get; init; } = [];

    /// <summary>As it is written, except white space.</summary>
    public string Text { get; } = Squeeze($"{Keyword} {Arguments}");

    /// <summary>As a log of the build shows it, except white space; null: as it is written.</summary>
    public string? Logged { get; init; }

    /// <summary>--name=value and --name before everything else, in their order.</summary>
    public IReadOnlyList<(string Name, string Value)> Flags => _flags.Flags;

    /// <summary>What follows the flags.</summary>
    public string Rest => _flags.Rest;

    /// <summary>What RUN --mount says; nothing of other instructions.</summary>
    public IEnumerable<RunMount> Mounts => Keyword == "RUN" ? Flags.Where(flag => flag.Name == "mount").Select(flag => RunMount.Parse(flag.Value)) : [];

    public bool Has(string flag) => Flags.Any(each => each.Name == flag && each.Value != "false");

    /// <summary>Each run of white space as one blank.</summary>
    public static string Squeeze(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>A here-document of an instruction.</summary>
/// <param name="Name">The word that ends it, without quotes.</param>
/// <param name="Strips">Whether tabs at the beginning of its lines count for nothing: &lt;&lt;-.</param>
/// <param name="Expands">Whether variables in it are replaced: its name is not quoted.</param>
/// <param name="Body">Its lines, as they are written.</param>
internal sealed record HereDocument(string Name, bool Strips, bool Expands, IReadOnlyList<string> Body);

/// <summary>The flags of an instruction; what looks like one later, in a command, is not one.</summary>
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
