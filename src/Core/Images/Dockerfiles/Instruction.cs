namespace Kontrakt.Images.Dockerfiles;

/// <summary>One instruction of a Dockerfile.</summary>
/// <param name="Keyword">In upper case: RUN.</param>
/// <param name="Arguments">What follows the keyword, continuation lines joined, without the text of here-documents.</param>
/// <param name="Line">The first of its lines, from 1.</param>
/// <param name="EndLine">The last of its lines, here-documents included.</param>
/// <param name="Stage">The index of its stage; -1 before the first FROM.</param>
internal sealed record Instruction(string Keyword, string Arguments, int Line, int EndLine, int Stage)
{
    /// <summary>As a log of the build shows it, but for white space.</summary>
    public string Text { get; } = Squeeze($"{Keyword} {Arguments}");

    /// <summary>Each run of white space as one blank.</summary>
    public static string Squeeze(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
