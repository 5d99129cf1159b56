using System.Runtime.CompilerServices;
using Kontrakt.Clusters.Pods;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>Why a wait ends without success. A closed set: match on it.</summary>
internal abstract record Hopeless(Manifest Manifest)
{
    /// <summary>A status that is final by the rules of its kind.</summary>
    /// <param name="Detail">The container it was, of a pod or Job; null of other kinds.</param>
    public sealed record Failed(Manifest Manifest, ReadinessState.Failed State, TestOutcome.Failed? Detail) : Hopeless(Manifest);

    /// <param name="Lasted">How long it had lasted when it became final.</param>
    public sealed record Pod(PodSubject Subject, PodSymptom Symptom, TimeSpan Lasted) : Hopeless(Subject.Manifest);

    /// <param name="Test">The test that did not end; null for an object that did not become ready.</param>
    /// <param name="Within">The limit that it exceeded.</param>
    public sealed record Late(Manifest Manifest, KontraktTest? Test, string State, TimeSpan Within) : Hopeless(Manifest);

    /// <summary>Something that comes after others was never applied, and nothing else that failed says why.</summary>
    /// <param name="Test">The test that it is; null for another object.</param>
    public sealed record NotStarted(Manifest Manifest, KontraktTest? Test, string Why) : Hopeless(Manifest);

    /// <summary>The same trouble in several replicas is one.</summary>
    public string Identity => $"{GetType().Name}/{RuntimeHelpers.GetHashCode(Manifest)}/{Manifest.Title}/{(this as Pod)?.Symptom.Identity}";
}
