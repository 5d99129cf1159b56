using System.CommandLine;
using Kontrakt.Diagnostics;
using Kontrakt.Reports.Documents;
using Kontrakt.Tool.Verbs;

namespace Kontrakt.Tool;

/// <summary>What a verb prints on standard output: lines as they come, or with --output json one document at its end, whatever that is.</summary>
internal sealed class Answer
{
    private const string Json = "json";

    private static readonly Option<string> Output = new Option<string>("--output", "-o") { Description = "What standard output gets: text, or json: one document (docs/tool.md)", HelpName = "text|json" }.AcceptOnlyFromAmong("text", Json);
    private static readonly Option<bool> Short = new("--json") { Description = "The same as --output json" };

    private readonly TextWriter _output;
    private CommandDocument? _document;

    public Answer(Verb verb, ParseResult result, TextWriter output)
    {
        _output = output;
        _document = verb.Document is { } empty && (result.GetValue(Short) || result.GetValue(Output) == Json) ? empty : null;
        Lines = _document is null ? output : TextWriter.Null;
    }

    /// <summary>Of verbs that have a document.</summary>
    public static IReadOnlyList<Option> Options { get; } = [Output, Short];

    public TextWriter Lines { get; }

    public void Set(CommandDocument document) => _document = _document is null ? null : document;

    /// <summary>Prints the document, where there is one.</summary>
    public async Task EndAsync(int exitCode, IEnumerable<Diagnostic> diagnostics)
    {
        if (_document is not null)
            await _output.WriteLineAsync(_document.Write(exitCode, diagnostics));
    }
}
