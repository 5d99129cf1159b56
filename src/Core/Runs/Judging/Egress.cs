using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;

namespace Kontrakt.Runs;

/// <summary>What pods wanted from outside of the embedded engine and did not get: their own messages often say no more than that a name does not exist.</summary>
internal static class Egress
{
    /// <summary>Of the engine's events.</summary>
    private const string Reason = "EgressRefused";

    /// <summary>A warning for each, at the pod's place in the YAML.</summary>
    /// <param name="created">Whether the namespace is the run's own: in another one, pods that are not the kontrakt's are nobody's business here.</param>
    public static IEnumerable<Diagnostic> Refused(KontraktWatch watch, bool created, Redactor redactor) =>
        (from refused in watch.Cluster.State.Events
         where refused.Text("reason") == Reason && refused.Text("involvedObject", "kind") == "Pod"
         let pod = watch.Cluster.State.Seen(refused.Text("involvedObject", "uid"))
         where pod is not null && (created || watch.View.Origin(pod) is not null)
         select Ktr.EgressRefused.At(watch.View.Origin(pod)?.Locate(), pod.Name, redactor.Redact(PlainText.Clean(refused.Text("message")).TrimEnd('.'))) with { Severity = Severity.Warning }).DistinctBy(each => (each.Location, each.Message));
}
