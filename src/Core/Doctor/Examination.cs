using System.Runtime.CompilerServices;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Doctor;

/// <summary>Everything that a run with these settings would need of this machine and what is around it.</summary>
public static class Examination
{
    /// <summary>A result for each check, in the same order each time.</summary>
    /// <param name="items">KontraktImage items.</param>
    /// <param name="others">Checks of what only the caller knows.</param>
    /// <param name="environment">An environment variable's value by name, or null.</param>
    public static async IAsyncEnumerable<CheckResult> MakeAsync(KontraktSettings settings, IReadOnlyList<ImageItem> items, IRunLog log, Func<string, string?> environment, IEnumerable<Check> others,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var surroundings = new Surroundings(settings, items, log);
        Check[] checks =
        [
            .. new SourceChecks(surroundings).All, .. others, .. new MachineChecks(surroundings).All,
            .. new ClusterChecks(surroundings).All, .. new RegistryChecks(surroundings).All, ProxyCheck.Of(environment),
        ];
        await foreach (var result in Check.MakeAllAsync(checks, cancellationToken))
            yield return result;
    }
}
