using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>How many pods each replica set should have at this moment of a rollout. Pure.</summary>
internal static class RolloutMath
{
    /// <summary>The number of the new set, as far as there is room.</summary>
    /// <param name="now">What it has now.</param>
    public static long NewReplicas(DeploymentSpec spec, ReplicaSets sets, long now)
    {
        if (spec.Recreate)
            return spec.Replicas;
        var room = spec.Replicas + spec.MaxSurge - sets.TotalWanted;
        return room <= 0 ? now : now + Math.Max(0, Math.Min(room, spec.Replicas - now));
    }

    /// <summary>The numbers of the old sets: first without the pods that never became available, then by as many as the new set makes up for.</summary>
    public static IReadOnlyList<(StoredObject Set, long Replicas)> OldReplicas(DeploymentSpec spec, ReplicaSets sets)
    {
        var minAvailable = spec.Replicas - spec.MaxUnavailable;
        var newUnavailable = sets.New is null ? 0 : ReplicaSets.Wanted(sets.New) - ReplicaSets.Available(sets.New);
        var budget = sets.TotalWanted - minAvailable - newUnavailable;
        var numbers = sets.ActiveOld.ToDictionary(set => set, ReplicaSets.Wanted);
        if (budget <= 0 || numbers.Count == 0)
            return [];
        foreach (var set in sets.ActiveOld)
            budget -= Take(numbers, set, Math.Min(budget, numbers[set] - ReplicaSets.Available(set)));
        var spare = sets.All.Sum(ReplicaSets.Available) - minAvailable;
        foreach (var set in sets.ActiveOld)
            spare -= Take(numbers, set, Math.Min(spare, numbers[set]));
        return [.. numbers.Where(pair => pair.Value != ReplicaSets.Wanted(pair.Key)).Select(pair => (pair.Key, pair.Value))];
    }

    /// <summary>After a change of the number alone: all at once where one set has it all, else each set by its share.</summary>
    public static IReadOnlyList<(StoredObject Set, long Replicas)> Rescaled(DeploymentSpec spec, ReplicaSets sets)
    {
        var active = sets.All.Where(set => ReplicaSets.Wanted(set) > 0).ToList();
        if (active.Count <= 1)
            return (active.FirstOrDefault() ?? sets.New ?? sets.Old.MaxBy(set => ReplicaSets.Revision(set.View))) is { } only ? [(only, spec.Replicas)] : [];
        if (sets.New is { } current && ReplicaSets.Wanted(current) == spec.Replicas && ReplicaSets.Count(current, "availableReplicas") == spec.Replicas)
            return [.. sets.ActiveOld.Select(set => (set, 0L))];
        return Proportional(spec, active);
    }

    private static List<(StoredObject Set, long Replicas)> Proportional(DeploymentSpec spec, List<StoredObject> active)
    {
        var total = active.Sum(ReplicaSets.Wanted);
        var allowed = spec.Replicas == 0 ? 0 : spec.Replicas + spec.MaxSurge;
        var numbers = active.OrderByDescending(ReplicaSets.Wanted).ThenBy(ReplicaSets.Age)
            .Select(set => (Set: set, Replicas: (long)Math.Round((double)ReplicaSets.Wanted(set) * allowed / total, MidpointRounding.AwayFromZero))).ToList();
        // What rounding left over, or took too much, is the largest one's.
        numbers[0] = numbers[0] with { Replicas = Math.Max(0, numbers[0].Replicas + allowed - numbers.Sum(each => each.Replicas)) };
        return numbers;
    }

    private static long Take(Dictionary<StoredObject, long> numbers, StoredObject set, long count)
    {
        var taken = Math.Max(0, count);
        numbers[set] -= taken;
        return taken;
    }
}
