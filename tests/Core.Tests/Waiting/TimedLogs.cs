using System.Globalization;
using System.Text;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Tests.Waiting;

/// <summary>Lines of a log whose times are known: shown without these, and each once, however the bytes come.</summary>
[TestClass]
public sealed class TimedLogs
{
    private static readonly string[] Lines = ["one", "", "  three 2026-12-01T09:00:00Z", new string('x', 30_000), "2026-12-01T09:00:00Z five"];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(100_000)]
    public async Task AreShownWithoutTheirTimes(int chunk)
    {
        var (shown, _, error) = await ReadAsync(Text(0, Lines), default, chunk);

        Assert.IsNull(error);
        CollectionAssert.AreEqual(Lines, shown);
    }

    /// <summary>As kubelets before 1.21 do.</summary>
    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task MayHaveATimeBeforeEachPart()
    {
        var line = new string('x', 16 * 1024) + Time(1) + " " + new string('y', 16 * 1024) + Time(2) + " z";

        var (shown, _, _) = await ReadAsync($"{Time(0)} {line}\n{Time(3)} next\n", default, 1000);

        CollectionAssert.AreEqual(new[] { new string('x', 16 * 1024) + new string('y', 16 * 1024) + "z", "next" }, shown);
    }

    /// <summary>Cut at any byte and read again: with lines of one time, and a server that gives lines again.</summary>
    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task AreEachShownOnceWhereverTheConnectionBreaks()
    {
        var text = $"{Time(0)} a\n{Time(1)} b\n{Time(1)} c\n{Time(1)} c\n{Time(2)} d\n";
        for (var cut = 0; cut <= text.Length; cut++)
        {
            var (first, place, _) = await ReadAsync(text[..cut], default, 4);
            var (second, _, error) = await ReadAsync(text, place, 4);

            Assert.IsNull(error);
            Assert.AreEqual("a b c c d", string.Join(' ', first.Concat(second)), $"cut at {cut}");
        }
    }

    /// <summary>The node throws the beginning of a log away when it grows; what comes then is not what was counted before.</summary>
    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task AreEachShownOnceWhereTheLogWasRotatedMeanwhile()
    {
        var (first, place, _) = await ReadAsync($"{Time(0)} a\n{Time(1)} b\n{Time(1)} c\n", default, 100);

        var (partly, _, _) = await ReadAsync($"{Time(1)} b\n{Time(1)} c\n{Time(1)} d\n{Time(2)} e\n", place, 100);
        var (wholly, _, _) = await ReadAsync($"{Time(2)} e\n{Time(3)} f\n", place, 100);

        Assert.AreEqual("a b c", string.Join(' ', first));
        Assert.AreEqual("d e", string.Join(' ', partly));
        Assert.AreEqual("e f", string.Join(' ', wholly));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    [DataRow(false)]
    [DataRow(true)]
    public async Task ThatAreNotCompleteAreTheLastOnlyWhereNothingComesAfterThem(bool isEnd)
    {
        var (shown, _, error) = await ReadAsync($"{Time(0)} a\n{Time(1)} b", default, 4, isEnd);

        CollectionAssert.AreEqual(isEnd ? new[] { "a", "b" } : ["a"], shown);
        Assert.AreEqual(isEnd ? null : TimedLog.Cut, error?.Reason);
    }

    /// <summary>What was taken from the server, and not given on, is not counted as read.</summary>
    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task AreReadAgainWhereSecretsCouldNotBeRead()
    {
        var log = new TimedLog(new Chunks(Encoding.UTF8.GetBytes(Text(0, "a", "b")), 1000), default, acceptsRest: false);

        await Assert.ThrowsExactlyAsync<KubernetesException>(async () =>
        {
            await foreach (var line in LogReader.ReadAsync(log, _ => Task.FromException<Redactor>(new KubernetesException("gone", null, "", [])), TestContext.CancellationToken))
                Assert.Fail($"'{line}' was shown");
        });

        Assert.IsNull(log.Place.Last);
    }

    private async Task<(List<string> Shown, LogPlace Place, KubernetesException? Error)> ReadAsync(string text, LogPlace earlier, int chunk, bool isEnd = false)
    {
        await using var log = new TimedLog(new Chunks(Encoding.UTF8.GetBytes(text), chunk), earlier, isEnd);
        var shown = new List<string>();
        try
        {
            await foreach (var line in LogReader.ReadAsync(log, Redactor.None, TestContext.CancellationToken))
                shown.Add(line);
            return (shown, log.Place, null);
        }
        catch (KubernetesException e)
        {
            return (shown, log.Place, e);
        }
    }

    private static string Text(int from, params string[] lines) => string.Concat(lines.Select((line, index) => $"{Time(from + index)} {line}\n"));

    private static string Time(int microseconds) => DateTimeOffset.UnixEpoch.AddYears(56).AddMicroseconds(microseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'123Z'", CultureInfo.InvariantCulture);

    /// <summary>A stream that gives so many bytes at once.</summary>
    private sealed class Chunks(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
