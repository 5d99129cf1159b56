using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>
/// Splits a Dockerfile into its instructions (docs.docker.com, "Dockerfile reference"): comments, the escape directive, continuation lines with
/// comments and blank lines in between, here-documents.
/// </summary>
internal sealed partial class DockerfileReader
{
    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    };

    private readonly string _file;
    private readonly string[] _lines;
    private readonly List<Instruction> _instructions = [];
    private readonly char _escape;
    private int _next;
    private int _stage = -1;

    private DockerfileReader(string file, string text)
    {
        (_file, _lines) = (file, text.TrimStart('\uFEFF').Split('\n'));
        _escape = Escape(_lines);
    }

    /// <exception cref="KontraktException">KTR2015 at the line: an instruction nobody knows, a here-document without an end, no FROM.</exception>
    public static IReadOnlyList<Instruction> Read(string file, string text)
    {
        var reader = new DockerfileReader(file, text);
        while (reader._next < reader._lines.Length)
            reader.ReadOne();
        return reader._stage >= 0 ? reader._instructions : throw Ktr.DockerfileInvalid.Error(new(file), "it has no FROM");
    }

    private void ReadOne()
    {
        var first = _next + 1;
        var line = _lines[_next++].Trim();
        if (line.Length == 0 || line[0] == '#')
            return;
        var text = Continued(line);
        var split = text.AsSpan().IndexOfAny(" \t");
        var keyword = (split < 0 ? text : text[..split]).ToUpperInvariant();
        var arguments = split < 0 ? "" : text[split..].Trim();
        if (!Keywords.Contains(keyword))
            throw Ktr.DockerfileInvalid.Error(new(_file, first, 1), $"'{(split < 0 ? text : text[..split])}' is not an instruction");
        if (keyword != "FROM" && keyword != "ARG" && _stage < 0)
            throw Ktr.DockerfileInvalid.Error(new(_file, first, 1), $"{keyword} is before the first FROM");
        var documents = keyword is "RUN" or "COPY" or "ADD" or "ONBUILD" ? ReadDocuments(arguments, first) : [];
        _stage += keyword == "FROM" ? 1 : 0;
        var instruction = new Instruction(keyword, arguments, first, _next, _stage) { Documents = documents };
        if (InstructionSyntax.Problem(instruction) is { } problem)
            throw Ktr.DockerfileInvalid.Error(new(_file, first, 1), problem);
        _instructions.Add(instruction);
    }

    /// <summary>A line with those that it goes on in; comments and blank lines among them count for nothing.</summary>
    private string Continued(string line)
    {
        var text = line;
        while (EndsWithEscape(text, out var shortened))
        {
            text = shortened;
            while (_next < _lines.Length && (_lines[_next].Trim().Length == 0 || _lines[_next].TrimStart()[0] == '#'))
                _next++;
            if (_next == _lines.Length)
                break;
            text += _lines[_next++].TrimEnd('\r');
        }
        return text;
    }

    private bool EndsWithEscape(string text, out string shortened)
    {
        var trimmed = text.TrimEnd();
        shortened = trimmed.Length > 0 && trimmed[^1] == _escape ? trimmed[..^1] : text;
        return shortened != text;
    }

    private List<HereDocument> ReadDocuments(string arguments, int first)
    {
        var documents = new List<HereDocument>();
        // A quote that does not end is the shell's matter; then nothing of the line is a here-document.
        foreach (var match in (ShellWords.Split(arguments, _escape) ?? []).Select(word => DocumentWord().Match(word)).Where(match => match.Success))
        {
            var (written, strips) = (match.Groups["word"].Value, match.Groups["dash"].Length > 0);
            var name = written.Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal);
            bool IsEnd(string line) => (strips ? line.TrimStart('\t') : line).TrimEnd('\r') == name;
            var body = new List<string>();
            while (_next < _lines.Length && !IsEnd(_lines[_next]))
                body.Add(_lines[_next++].TrimEnd('\r'));
            if (_next++ == _lines.Length)
                throw Ktr.DockerfileInvalid.Error(new(_file, first, 1), $"the here-document '{name}' does not end");
            documents.Add(new(name, strips, name == written, body));
        }
        return documents;
    }

    /// <summary>Directives are before everything else, also before other comments.</summary>
    private static char Escape(string[] lines)
    {
        foreach (var line in lines)
        {
            if (Directive().Match(line) is not { Success: true } directive)
                return '\\';
            if (directive.Groups["name"].Value.Equals("escape", StringComparison.OrdinalIgnoreCase))
                return directive.Groups["value"].Value == "`" ? '`' : '\\';
        }
        return '\\';
    }

    [GeneratedRegex(@"^\s*#\s*(?<name>[A-Za-z][A-Za-z0-9]*)\s*=\s*(?<value>.*?)\s*$")]
    private static partial Regex Directive();

    // A word of its own: neither "<<<", nor "1<<2" within one, nor what is quoted.
    [GeneratedRegex("""^\d*<<(?<dash>-?)(?<word>[^<\s]+)$""")]
    private static partial Regex DocumentWord();
}
