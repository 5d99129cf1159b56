using Kontrakt.Clusters;
using Kontrakt.Diagnostics;

namespace Kontrakt.Runs;

/// <summary>A kontrakt's assertions on a cluster: their kinds, each watched in the version that the assertion names; then their verdicts.</summary>
internal sealed class AssertionSession(KontraktWork work, ClusterWatch watch, WaitProgress progress)
{
    private readonly Lease lease = work.Lease;
    private readonly AssertionKinds _kinds = new(work.Lease.Caller, work.Lease.Namespace);
    private readonly List<AssertionCheck> _checks = [];
    private readonly List<Diagnostic> _unusable = [];

    /// <summary>Watches the kinds of the assertions, each in the version in which it is named. What cannot be watched is a failure of its own.</summary>
    public async Task AddAsync(CancellationToken cancellationToken)
    {
        var refreshed = false;
        foreach (var assertion in work.Manifests.Assertions)
        {
            if (!refreshed && await lease.Caller.FindResourceAsync(assertion.Object.GroupVersionKind, cancellationToken) is null)
            {
                // Something may have installed it since discovery was read.
                refreshed = true;
                lease.Caller.RefreshDiscovery();
            }
            var (resource, problem) = await _kinds.FindAsync(assertion, cancellationToken);
            if (problem is not null)
                _unusable.Add(problem);
            if (resource is null)
                continue;
            var schema = await _kinds.SchemaAsync(resource, cancellationToken);
            if (schema is null && Readiness.IsCustom(resource.Kind))
            {
                // What was read may be older than the kind.
                if (!refreshed)
                    lease.Caller.RefreshDiscovery();
                refreshed = true;
                schema = await _kinds.SchemaAsync(resource, cancellationToken);
                if (schema is null)
                    progress.Say($"assertion {assertion.Locate()}", $"the server has no schema of {resource.Kind.Kind}, so the assertion's fields and types are not checked");
            }
            // Those of a kind that came during the run could not be checked before.
            var wrong = schema is null ? [] : AssertionFields.Check(assertion, schema);
            _unusable.AddRange(wrong);
            if (wrong.Count > 0)
                continue;
            watch.Add(resource, optional: true);
            _checks.Add(new(assertion, schema));
        }
    }

    /// <param name="patient">Whether assertions are waited for; else they are looked at once.</param>
    /// <param name="deadline">When the kontrakt's own time ends.</param>
    public async Task<IReadOnlyList<Diagnostic>> RunAsync(bool patient, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        foreach (var check in _checks.ToList())
        {
            if (watch.Refusal(check.Assertion.Object.GroupVersionKind) is not { } refusal)
                continue;
            _unusable.Add(AssertionKinds.Unusable(check.Assertion, refusal.Message));
            _checks.Remove(check);
        }
        var round = new AssertionRound(_checks, watch.State, watch.NextAsync, progress, work.Time);
        return [.. _unusable, .. await round.RunAsync(patient ? deadline : null, cancellationToken)];
    }
}
