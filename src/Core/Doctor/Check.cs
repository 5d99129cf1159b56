using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Oci.Names;

namespace Kontrakt.Doctor;

/// <summary>One question about the machine or what is around it.</summary>
/// <param name="Name">A word, by which scripts know it.</param>
/// <param name="LookAsync">A <see cref="KontraktException"/> counts as failed.</param>
public sealed record Check(string Name, Func<CancellationToken, Task<Finding>> LookAsync)
{
    /// <summary>How long its answer is waited for.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>What to type where it failed with what a run would report.</summary>
    public string? Remedy { get; init; }

    /// <summary>Makes all of them at once; a result for each, in their order. One that breaks, or does not end, does not hide the others.</summary>
    public static async IAsyncEnumerable<CheckResult> MakeAllAsync(IEnumerable<Check> checks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<Task<CheckResult>> running = [.. checks.Select(check => check.MakeAsync(cancellationToken))];
        foreach (var each in running)
            yield return await each;
    }

    private async Task<CheckResult> MakeAsync(CancellationToken cancellationToken)
    {
        var finding = await FindAsync(cancellationToken);
        return new(Name, finding.State, Line(finding.Seen), finding.Remedy is { } remedy ? Line(remedy) : null, finding.Code);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A defect of one check is its result: the others have theirs.")]
    private async Task<Finding> FindAsync(CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // On a thread of its own and none of the pool's, which has two on a small machine: one that blocks holds up neither the others nor what they wait for.
            return await Task.Factory.StartNew(() => LookAsync(bound.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap().WaitAsync(Limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            await bound.CancelAsync();
            return Finding.Failed(string.Create(CultureInfo.InvariantCulture, $"no answer within {Limit.TotalSeconds:0.###} s"), Remedy ?? "run 'kontrakt doctor --verbose' when the machine has less to do");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (KontraktException failure)
        {
            return Finding.Of(failure, Remedy);
        }
        catch (Exception defect)
        {
            return Finding.Failed($"this check broke: {defect.GetType().Name}: {defect.Message}", "report this as a defect of kontrakt; the other checks are not touched by it");
        }
    }

    /// <summary>One line, whatever a program or a server printed, without the credentials of addresses.</summary>
    private static string Line(string text) =>
        AddressUser.Hide(string.Join(' ', text.ReplaceLineEndings("\n").Split('\n').Select(line => PlainText.Clean(line).Trim()).Where(line => line.Length > 0)));
}

/// <summary>A check, and what it saw.</summary>
/// <param name="Seen">One line.</param>
/// <param name="Remedy">One line; null where nothing has to be done.</param>
/// <param name="Code">The code of the diagnostic that a run would end with; null where there is none.</param>
public sealed record CheckResult(string Name, CheckState State, string Seen, string? Remedy, string? Code)
{
    /// <summary>"ok", "warning" or "failed".</summary>
    internal string Word => State.ToString().ToLowerInvariant();

    /// <summary>For people.</summary>
    public override string ToString() =>
        $"{Word,-7}  {Name}: {(Code is null ? "" : $"{Code}: ")}{Seen}{(Remedy is null ? "" : $"{(Seen.EndsWith('.') ? "" : ".")} To fix: {Remedy}")}";
}
