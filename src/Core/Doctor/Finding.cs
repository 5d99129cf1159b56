using Kontrakt.Diagnostics;

namespace Kontrakt.Doctor;

/// <summary>How a check ended: <see cref="Failed"/> is what would end a run here.</summary>
public enum CheckState { Ok, Warning, Failed }

/// <summary>What a check saw.</summary>
/// <param name="Seen">The fact, without credentials.</param>
/// <param name="Remedy">What to type or to change; null where nothing has to be done.</param>
public sealed record Finding(CheckState State, string Seen, string? Remedy = null)
{
    /// <summary>The code of the diagnostic that a run would end with; null where there is none.</summary>
    public string? Code { get; init; }

    public static Finding Ok(string seen) => new(CheckState.Ok, seen);

    public static Finding Warning(string seen, string remedy) => new(CheckState.Warning, seen, remedy);

    public static Finding Failed(string seen, string remedy) => new(CheckState.Failed, seen, remedy);

    /// <summary>What a step of a run reported.</summary>
    internal static Finding Of(KontraktException failure, string? remedy, CheckState state = CheckState.Failed) =>
        new(state, string.Join("; ", failure.Diagnostics.Select(diagnostic => diagnostic.Location is { } place ? $"{place}: {diagnostic.Message}" : diagnostic.Message)), remedy)
        {
            Code = failure.Diagnostics.Count > 0 ? failure.Diagnostics[0].Code : null,
        };

    /// <summary>Of a check that was not made, since what it is about failed already: one check reports the reason.</summary>
    internal static Finding NotMade(string why) => Warning($"not checked: {why}", "fix that first, and run 'kontrakt doctor' again");
}
