using System.Text;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>The edits of one file: pieces of its text, and what replaces them.</summary>
internal sealed class ScalarEdits(YamlFile file, ResolveValues values)
{
    private readonly IReadOnlyList<TextToken> _tokens = TextToken.All(values);
    private readonly List<(int Start, int End, string Text)> _edits = [];
    private readonly ScalarReplacements _replacements = new();
    private readonly List<Diagnostic> _problems = [];

    /// <exception cref="KontraktException">Every token without a value, and what the image callback throws.</exception>
    public void Collect(IEnumerable<ImageUse> uses)
    {
        var images = uses.ToDictionary(use => use.Scalar, ReferenceEqualityComparer.Instance as IEqualityComparer<YamlScalar>);
        foreach (var scalar in file.Scalars)
        {
            var present = scalar.Value.Contains("${", StringComparison.Ordinal) ? _tokens.Where(token => scalar.Value.Contains(token.Text, StringComparison.Ordinal)).ToList() : [];
            if (present.Exists(token => token.Value is null))
            {
                _problems.AddRange(present.Where(token => token.Value is null).Select(token => token.Missing(Place(scalar, token))));
                continue;
            }
            var value = present.Aggregate(scalar.Value, (text, token) => text.Replace(token.Text, token.Value, StringComparison.Ordinal));
            if (images.TryGetValue(scalar, out var use) && Image(use, value.Trim()) is { } reference && reference != scalar.Value.Trim())
                Replace(scalar, reference);
            else if (present.Count > 0)
                ReplaceTokens(scalar, present, value);
        }
        KontraktException.ThrowIfAny(_problems);
    }

    /// <summary>The file with all edits made; the very file when there are none.</summary>
    /// <exception cref="YamlSyntaxException">It cannot be read any more.</exception>
    public YamlFile Apply() => _edits.Count == 0 ? file : _replacements.Apply(file, Text());

    private string Text()
    {
        var text = new StringBuilder(file.Text.Length + 64 * _edits.Count);
        var done = 0;
        foreach (var (start, end, replacement) in _edits)
        {
            text.Append(file.Text, done, start - done).Append(replacement);
            done = end;
        }
        return text.Append(file.Text, done, file.Text.Length - done).ToString();
    }

    private string? Image(ImageUse use, string text)
    {
        try
        {
            return values.Image(use, text);
        }
        catch (KontraktException fault)
        {
            _problems.AddRange(fault.Diagnostics);
            return null;
        }
    }

    private void Replace(YamlScalar scalar, string value)
    {
        _edits.Add((scalar.Start.Offset, scalar.End.Offset, ScalarText.Write(value, scalar.Style)));
        _replacements.Add(scalar, value);
    }

    /// <summary>Edits each token in place; where that would not read as the value (an escape, a number, a line break), writes the scalar again.</summary>
    private void ReplaceTokens(YamlScalar scalar, IReadOnlyList<TextToken> tokens, string value)
    {
        var places = tokens.SelectMany(token => Occurrences(scalar, token).Select(at => (At: at, Token: token))).OrderBy(place => place.At).ToList();
        var expected = tokens.Sum(token => Count(scalar.Value, token.Text));
        var body = Body(scalar);
        var edits = new List<(int At, int End, string Text)>();
        foreach (var (at, token) in places)
            if (token.Value is { } inside && ScalarText.Inside(inside, scalar.Style, at == body) is { } text)
                edits.Add((at, at + token.Text.Length, text));
        var staysText = scalar.Style != YamlStyle.Plain || scalar.Tag is not null || ScalarText.IsPlainText(value);
        if (edits.Count != expected || places.Count != expected || !staysText)
        {
            Replace(scalar, value);
            return;
        }
        _edits.AddRange(edits);
        _replacements.Add(scalar, value);
    }

    private IEnumerable<int> Occurrences(YamlScalar scalar, TextToken token)
    {
        for (var from = Body(scalar); file.Text.AsSpan(from, scalar.End.Offset - from).IndexOf(token.Text) is var at and >= 0; from += at + token.Text.Length)
            yield return from + at;
    }

    /// <summary>Where a scalar's content begins: a block scalar's after its first line, which may hold a comment.</summary>
    private int Body(YamlScalar scalar)
    {
        if (scalar.Style < YamlStyle.Literal)
            return scalar.Start.Offset;
        var line = file.Text.AsSpan(scalar.Start.Offset, scalar.End.Offset - scalar.Start.Offset).IndexOfAny('\n', '\r');
        return line < 0 ? scalar.End.Offset : scalar.Start.Offset + line;
    }

    private static int Count(string text, string part)
    {
        var count = 0;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal))
            count++;
        return count;
    }

    private SourceLocation Place(YamlScalar scalar, TextToken token)
    {
        var first = Occurrences(scalar, token).Append(-1).First();
        var mark = first < 0 ? scalar.Start : YamlText.MarkAt(file.Text, first);
        return new(file.Path, mark.Line, mark.Column, mark.Line, first < 0 ? mark.Column : mark.Column + token.Text.Length);
    }
}
