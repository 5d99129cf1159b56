using System.Globalization;
using Kontrakt.Oci.Names;

namespace Kontrakt.Diagnostics;

/// <summary>A place in a file: full path, line and column from 1; 0 where unknown.</summary>
public sealed record SourceLocation(string File, int Line = 0, int Column = 0, int EndLine = 0, int EndColumn = 0)
{
    public override string ToString() => Line == 0 ? File : $"{File}({Line},{Column})";
}

public enum Severity { Error, Warning }

/// <summary>A kind of diagnostic. All are declared in <see cref="Ktr"/>; the message is a composite format that says what happened, why and what to do.</summary>
public sealed record DiagnosticKind(string Code, string Message)
{
    public string HelpLink => $"https://github.com/kontrakt/kontrakt/blob/main/docs/diagnostics.md#{Code.ToLowerInvariant()}";

    /// <summary>Nothing that an address has before '@' is shown: it may be anybody's text, and a log is read by many.</summary>
    public Diagnostic At(SourceLocation? location, params object?[] arguments) =>
        new(this, location, AddressUser.Hide(string.Format(CultureInfo.InvariantCulture, Message, arguments)));

    public KontraktException Error(SourceLocation? location, params object?[] arguments) => new([At(location, arguments)]);

    public KontraktException Error(Exception inner, SourceLocation? location, params object?[] arguments) => new([At(location, arguments)], inner);

    /// <summary>Whether a code is that of one of these kinds. What was read from a record has a kind's code alone.</summary>
    internal static bool IsOneOf(string code, ReadOnlySpan<DiagnosticKind> kinds)
    {
        foreach (var kind in kinds)
            if (kind.Code == code)
                return true;
        return false;
    }
}

/// <summary>One thing gone wrong, for a person: what, why, what to do, and where.</summary>
public sealed record Diagnostic(DiagnosticKind Kind, SourceLocation? Location, string Message, Severity Severity = Severity.Error)
{
    public string Code => Kind.Code;

    /// <summary>Whether it is of one of these kinds.</summary>
    public bool Is(params ReadOnlySpan<DiagnosticKind> kinds) => DiagnosticKind.IsOneOf(Code, kinds);

    /// <summary>The canonical MSBuild form.</summary>
    public override string ToString() => $"{Location?.ToString() ?? "kontrakt"}: {(Severity == Severity.Error ? "error" : "warning")} {Code}: {Message}";
}

/// <summary>A step that failed; everything it has to say, at once.</summary>
public sealed class KontraktException : Exception
{
    public KontraktException(IReadOnlyList<Diagnostic> diagnostics, Exception? inner = null)
        : base(string.Join(Environment.NewLine, diagnostics), inner) => Diagnostics = diagnostics;

    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    /// <summary>Whether this is all that it has to say: one diagnostic, of one of these kinds.</summary>
    public bool Is(params ReadOnlySpan<DiagnosticKind> kinds) => Diagnostics is [var only] && only.Is(kinds);

    /// <summary>Throws when there is at least one error.</summary>
    public static void ThrowIfAny(IReadOnlyList<Diagnostic> diagnostics)
    {
        if (diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error))
            throw new KontraktException(diagnostics);
    }
}
