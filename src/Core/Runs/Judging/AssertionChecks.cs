using Kontrakt.Clusters;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>What can be known of assertions before anything is applied: kinds, whether they may be watched, fields and types.</summary>
/// <param name="runs">Whether what is asserted will be looked at later: nothing is wrong so far.</param>
internal sealed class AssertionChecks(Lease lease, IReadOnlyList<Manifest> assertions, bool runs)
{
    // Nobody can install a kind on the engine; but a verdict on it hides no other one, and an error here would hide all.
    private readonly bool _isFinal = !runs && lease.Caller.Connection.Name == EngineHandshake.Context;

    private readonly AssertionKinds _kinds = new(lease.Caller, lease.Namespace);

    /// <summary>Everything that is wrong, in the order of the assertions.</summary>
    public async Task<IReadOnlyList<Diagnostic>> CheckAsync(CancellationToken cancellationToken)
    {
        var found = new List<Diagnostic>();
        foreach (var same in assertions.GroupBy(assertion => assertion.Object.GroupVersionKind))
            await CheckAsync([.. same], found, cancellationToken);
        return found;
    }

    private async Task CheckAsync(IReadOnlyList<Manifest> same, List<Diagnostic> found, CancellationToken cancellationToken)
    {
        if (await MayComeLaterAsync(same[0].Object.GroupVersionKind, cancellationToken))
            return;
        var (resource, problem) = await _kinds.FindAsync(same[0], cancellationToken);
        problem ??= resource is null || await _kinds.WhyNotAsync(resource, cancellationToken) is not { } why ? null : AssertionKinds.Unusable(same[0], why);
        if (problem is not null)
            found.AddRange(same.Select(assertion => problem with { Location = assertion.Locate("kind") }));
        else if (resource is not null && await _kinds.SchemaAsync(resource, cancellationToken) is { } schema)
            found.AddRange(same.SelectMany(assertion => AssertionFields.Check(assertion, schema)));
    }

    /// <summary>A custom resource whose whole group does not exist yet may be installed while the kontrakt runs; the verdict looks for it again.</summary>
    private async Task<bool> MayComeLaterAsync(GroupVersionKind kind, CancellationToken cancellationToken) =>
        !_isFinal && Readiness.IsCustom(kind) && await lease.Caller.FindResourceAsync(kind, cancellationToken) is null
        && (await ServerKinds.ListAsync(lease.Caller, cancellationToken)).All(resource => resource.Kind.Group != kind.Group);
}
