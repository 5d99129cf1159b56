namespace Kontrakt.Clusters.Pods;

/// <summary>Something about a pod that will not get better by itself, once it has lasted for its grace. A closed set: match on it.</summary>
/// <param name="Container">The container it is about; "" for the pod.</param>
/// <param name="Grace">How long it must have lasted to be final; zero: at once.</param>
public abstract record PodSymptom(string Container, TimeSpan Grace)
{
    /// <param name="Message">What the container runtime said.</param>
    /// <param name="Tries">How often it has failed.</param>
    public sealed record ImagePull(string Container, string Image, string Message, int Tries, TimeSpan Grace) : PodSymptom(Container, Grace)
    {
        /// <summary>Such as " (3 tries)"; nothing of one.</summary>
        public string InTries => Tries > 1 ? $" ({Tries} tries)" : "";
    }

    /// <param name="Last">How the container ended last.</param>
    public sealed record CrashLoop(string Container, long Restarts, Termination? Last) : PodSymptom(Container, TimeSpan.Zero);

    /// <summary>A container that cannot be created or started.</summary>
    /// <param name="Missing">The ConfigMap or Secret, and its key, that is missing; null where it is something else.</param>
    public sealed record CannotStart(string Container, string Message, MissingReference? Missing, TimeSpan Grace) : PodSymptom(Container, Grace);

    public sealed record Unschedulable(string Message, TimeSpan Grace) : PodSymptom("", Grace);

    /// <summary>What it is, apart from words that change while it lasts: the same symptom seen again keeps its beginning.</summary>
    public string Identity => $"{GetType().Name}/{Container}";
}

/// <param name="Kind">ConfigMap or Secret.</param>
/// <param name="Key">Null when the whole object is missing.</param>
/// <param name="Volume">The volume that a mount failed for; null for an environment variable.</param>
public sealed record MissingReference(string Kind, string Name, string? Key, string? Volume = null);
