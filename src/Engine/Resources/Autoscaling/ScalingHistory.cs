namespace Kontrakt.Engine.Resources;

/// <summary>What one autoscaler has recommended and done, as far back as its rules look. Not for concurrent use.</summary>
/// <param name="current">What there is when it begins counts as a recommendation: a new one does not take pods away at once.</param>
internal sealed class ScalingHistory(int current, DateTimeOffset began)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Without rules of its own, an autoscaler may double what there is, or give it so many pods.</summary>
    private const int LeastStep = 4;

    private readonly List<(DateTimeOffset At, int Replicas)> recommendations = [(began, current)];
    private readonly List<(DateTimeOffset At, int Change)> changes = [];

    /// <summary>The most careful of the recommendations in the windows, this one included.</summary>
    public (int Replicas, ScaleLimit? Why) Stabilize(int recommended, int replicas, ScalingRules up, ScalingRules down, DateTimeOffset now)
    {
        recommendations.RemoveAll(each => now - each.At > Longest);
        var lowest = recommendations.Where(each => each.At > now - up.Window).Select(each => each.Replicas).Append(recommended).Min();
        var highest = recommendations.Where(each => each.At > now - down.Window).Select(each => each.Replicas).Append(recommended).Max();
        recommendations.Add((now, recommended));
        var stable = Math.Min(Math.Max(replicas, lowest), highest);
        return stable == recommended ? (stable, null)
            : recommended > stable ? (stable, new("ScaleUpStabilized", "recent recommendations were lower than current one, applying the lowest recent recommendation"))
            : (stable, new("ScaleDownStabilized", "recent recommendations were higher than current one, applying the highest recent recommendation"));
    }

    /// <summary>As far as the policies let it go now.</summary>
    public (int Replicas, ScaleLimit? Why) Limit(int wanted, int replicas, int least, int most, ScalingRules up, ScalingRules down, DateTimeOffset now)
    {
        if (wanted > replicas)
        {
            var allowed = Math.Max(replicas, Allowed(replicas, up, now, added: true));
            if (wanted > Math.Min(most, allowed))
                return most > allowed ? (allowed, new("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")) : (most, TooMany);
            return (wanted, null);
        }
        if (wanted < replicas)
        {
            var allowed = Math.Min(replicas, Allowed(replicas, down, now, added: false));
            if (wanted < Math.Max(least, allowed))
                return allowed > least ? (allowed, new("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate")) : (least, TooFew);
        }
        return wanted < least ? (least, TooFew) : wanted > most ? (most, TooMany) : (wanted, null);
    }

    public static ScaleLimit TooMany { get; } = new("TooManyReplicas", "the desired replica count is more than the maximum replica count");

    public static ScaleLimit TooFew { get; } = new("TooFewReplicas", "the desired replica count is less than the minimum replica count");

    public void Scaled(int from, int to, DateTimeOffset now)
    {
        changes.RemoveAll(each => now - each.At > Longest);
        changes.Add((now, to - from));
    }

    private int Allowed(int replicas, ScalingRules rules, DateTimeOffset now, bool added)
    {
        if (rules.Select == "Disabled")
            return replicas;
        if (rules.Policies.Count == 0)
            return added ? Math.Max(2 * replicas, LeastStep) : 0;
        var amounts = rules.Policies.Select(policy =>
        {
            // What there was when the period began.
            var before = replicas - changes.Where(each => each.At > now - policy.Period).Sum(each => each.Change);
            return added ? policy.IsPercent ? (int)Math.Ceiling(before * (1 + policy.Value / 100.0)) : before + policy.Value
                : policy.IsPercent ? (int)(before * (1 - policy.Value / 100.0)) : before - policy.Value;
        });
        return added == (rules.Select == "Max") ? amounts.Max() : amounts.Min();
    }
}

/// <summary>Why a recommendation is not followed as it is.</summary>
internal sealed record ScaleLimit(string Reason, string Message);
