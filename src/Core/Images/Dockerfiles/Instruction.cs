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

    /// <summary>As it is written, but for white space.</summary>
    public string Text { get; } = Squeeze($"{Keyword} {Arguments}");

    /// <summary>As a log of the build shows it, but for white space; null: as it is written.</summary>
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
