namespace Kontrakt.Engine.Pods.Probes;

/// <summary>Turns tries into a verdict: so many of one kind in a row.</summary>
internal sealed class ProbeCounter(ProbeSettings settings)
{
    private bool last;
    private int run;

    /// <returns>The verdict, once it is reached and for as long as it holds; null while it is open.</returns>
    public bool? Count(bool success)
    {
        run = success == last && run > 0 ? run + 1 : 1;
        last = success;
        return run >= (success ? settings.SuccessThreshold : settings.FailureThreshold) ? success : null;
    }
}
