using System.Runtime.CompilerServices;
using Kontrakt.Diagnostics;
using Kontrakt.Settings;

namespace Kontrakt.Doctor;

/// <summary>Everything that a run with these settings would need of this machine and what is around it.</summary>
public static class Examination
{
    /// <summary>A result for each check, in the same order each time.</summary>
    /// <param name="others">Checks of what only the caller knows; they come after those of the machine.</param>
    /// <param name="environment">An environment variable's value by name, or null.</param>
    public static async IAsyncEnumerable<CheckResult> MakeAsync(KontraktSettings settings, IRunLog log, Func<string, string?> environment, IEnumerable<Check> others,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var surroundings = new Surroundings(settings, log);
        Check[] checks =
        [
            .. new SourceChecks(surroundings).All, .. new MachineChecks(surroundings).All, .. others,
            .. new ClusterChecks(surroundings).All, .. new RegistryChecks(surroundings).All, ProxyCheck.Of(environment),
        ];
        await foreach (var result in Check.MakeAllAsync(checks, cancellationToken))
            yield return result;
    }
}
