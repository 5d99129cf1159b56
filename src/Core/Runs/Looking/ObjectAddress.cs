using Kontrakt.Diagnostics;

namespace Kontrakt.Runs.Looking;

/// <summary>An object of a kontrakt as somebody types it: orders/pod/smoke; pod/smoke where only one kontrakt has it; smoke for a pod.</summary>
/// <param name="Kontrakt">Null: any.</param>
/// <param name="Kind">As it was typed.</param>
internal sealed record ObjectAddress(string? Kontrakt, string Kind, string Name)
{
    public const string Form = "KONTRAKT/KIND/NAME, such as orders/pod/smoke";

    /// <param name="kontrakts">Those of the run.</param>
    /// <exception cref="KontraktException">KTR1200: it is of another form.</exception>
    public static ObjectAddress Parse(string text, IReadOnlyCollection<string> kontrakts) => text.Split('/') switch
    {
        var parts when parts.Any(string.IsNullOrWhiteSpace) => throw Malformed(text, "a part of it is empty", kontrakts),
        [var name] => new(null, KindNames.Pod, name),
        [var kontrakt, var name] when kontrakts.Contains(kontrakt, StringComparer.Ordinal) && !KindNames.IsKnown(kontrakt) => new(kontrakt, KindNames.Pod, name),
        [var kind, var name] => new(null, kind, name),
        [var kontrakt, var kind, var name] => new(kontrakt, kind, name),
        _ => throw Malformed(text, "it has more than three parts", kontrakts),
    };

    /// <summary>In full.</summary>
    public override string ToString() => $"{(Kontrakt is null ? "" : $"{Kontrakt}/")}{KindNames.Singular(Kind)}/{Name}";

    private static KontraktException Malformed(string text, string why, IEnumerable<string> kontrakts) =>
        Ktr.LookName.Error(null, text, $"{why}; write {Form}", $"kontrakts of the run: {string.Join(", ", kontrakts)}");
}
