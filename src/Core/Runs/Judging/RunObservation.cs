using System.Text.Json;

namespace Kontrakt.Runs;

/// <summary>What the cluster reported of a kontrakt's pods when it was judged, for reports: observed.json in the kontrakt's folder of the run. Holds no secret.</summary>
public sealed record RunObservation(IReadOnlyList<RunPod> Pods, IReadOnlyList<RunClusterEvent> Events)
{
    public const string FileName = "observed.json";

    public string ToJson() => JsonSerializer.Serialize(this, ObservationJson.Default.RunObservation);

    /// <summary>What was saved in a kontrakt's folder; null where nothing was, or not by this version.</summary>
    /// <exception cref="IOException">It exists and cannot be read.</exception>
    public static RunObservation? Find(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, FileName)), ObservationJson.Default.RunObservation);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>A pod's way, as its status and its events tell it: in whole seconds, mostly. What has not happened is null.</summary>
/// <param name="Role">test, target, or nothing: the value of its label.</param>
public sealed record RunPod(string Name, string Role, string Phase, string Node)
{
    /// <summary>What it came after (annotation kontrakt/after); null where it was applied at once.</summary>
    public string? After { get; init; }
    public DateTimeOffset? Created { get; init; }
    public DateTimeOffset? Scheduled { get; init; }
    /// <summary>When the first pull of an image began; null where every image existed.</summary>
    public DateTimeOffset? Pulling { get; init; }
    public DateTimeOffset? Pulled { get; init; }
    public DateTimeOffset? Started { get; init; }
    public DateTimeOffset? Ready { get; init; }
    public DateTimeOffset? Ended { get; init; }
    public IReadOnlyList<RunContainer> Containers { get => field ?? []; init; }
}

/// <param name="State">In words: running, ended with exit code 1, waiting (ErrImagePull).</param>
public sealed record RunContainer(string Name, bool Init, string Image, long Restarts, string State);

/// <param name="About">kind/name.</param>
public sealed record RunClusterEvent(string Time, string Type, string Reason, string About, long Count, string Message);
