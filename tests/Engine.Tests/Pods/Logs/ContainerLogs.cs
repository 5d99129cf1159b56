using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Logs;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Pods.Logs;

/// <summary>What a container writes is read as kubectl logs wants it, and takes a bounded place on the disk.</summary>
[TestClass]
public sealed class ContainerLogs
{
    private const string Id = "kontrakt://1";
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("kontrakt-logs-");
    private readonly PodLogs logs = new(TimeProvider.System);
    private readonly ContainerLog log;

    public ContainerLogs() => log = logs.Open(Id, Path.Combine(directory.FullName, "main-0"));

    [TestCleanup]
    public void Delete() => directory.Delete(recursive: true);

    [TestMethod]
    [DataRow(null, "one\ntwo\nthree")]
    [DataRow(0L, "")]
    [DataRow(1L, "three")]
    [DataRow(2L, "two\nthree")]
    [DataRow(9L, "one\ntwo\nthree")]
    public async Task TheTailIsTheLastLines(long? lines, string expected)
    {
        Write("one\ntw", "o\nthree");
        log.Complete();

        Assert.AreEqual(expected, await ReadAsync(new() { TailLines = lines }));
    }

    [TestMethod]
    public async Task LinesOfTheTwoStreamsAreNotMixed()
    {
        Write("out ");
        log.Write(error: true, "err\n"u8);
        Write("put\n");

        Assert.AreEqual("err\nout put\n", await ReadAsync(new()));
    }

    [TestMethod]
    public async Task EveryLineHasATimeOfItsOwnAndNoneGoesBack()
    {
        Write("a\nb\n", "c\n");

        var lines = (await ReadAsync(new() { Timestamps = true })).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, lines.Select(line => line[31..]).ToArray());
        CollectionAssert.AllItemsAreUnique(lines.Select(line => line[..30]).ToArray());
        CollectionAssert.AreEqual(lines.Order(StringComparer.Ordinal).ToArray(), lines);
    }

    [TestMethod]
    public async Task OnlyWhatIsNewEnoughIsRead()
    {
        Write("old\n");
        await Task.Delay(TimeSpan.FromMilliseconds(1));
        var between = DateTimeOffset.UtcNow;
        Write("new\n");

        Assert.AreEqual("new\n", await ReadAsync(new() { SinceTime = between }));
        Assert.AreEqual("old\nnew\n", await ReadAsync(new() { SinceSeconds = 3600 }));
        Assert.AreEqual("old\nnew\n", await ReadAsync(new() { SinceSeconds = long.MaxValue }));
    }

    [TestMethod]
    public async Task NoMoreBytesAreReadThanAskedFor()
    {
        Write("one\ntwo\n");

        Assert.AreEqual("one\nt", await ReadAsync(new() { LimitBytes = 5 }));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AFollowerSeesAllUntilTheContainerEnds()
    {
        Write("before\n");
        var following = ReadAsync(new() { Follow = true });
        for (var i = 0; i < 1000; i++)
            Write($"line {i}\n");
        Write("the end");
        log.Complete();

        var text = await following;

        Assert.AreEqual("before\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"line {i}\n")) + "the end", text);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AFollowerOfALogThatIsDeletedComesToTheEnd()
    {
        Write("before\n");
        var following = ReadAsync(new() { Follow = true });

        logs.Remove(Id);

        Assert.AreEqual("before\n", await following);
        Assert.AreEqual(0, directory.GetFiles().Length);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AGigabyteTakesTenMegabytesOfTheDiskAndItsEndIsKept()
    {
        var piece = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("0123456789abcde\n", 4096)));
        for (var written = 0L; written < 1L << 30; written += piece.Length)
            log.Write(error: false, piece);
        Write("the last line\n");
        log.Complete();

        Assert.IsLessThanOrEqualTo(ContainerLog.Capacity + 1024 * 1024, directory.GetFiles().Sum(file => file.Length));
        Assert.AreEqual("0123456789abcde\nthe last line\n", await ReadAsync(new() { TailLines = 2 }));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AReaderThatIsTooSlowMissesWhatIsGoneAndNothingElse()
    {
        Write("first\n");
        var output = new GatedStream();
        var following = logs.ReadAsync(Pod(), new("main") { Follow = true }, output, CancellationToken.None);
        var piece = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("0123456789abcde\n", 4096)));
        for (var written = 0L; written < 5 * ContainerLog.Capacity; written += piece.Length)
            log.Write(error: false, piece);
        Write("last\n");
        log.Complete();
        output.Open();

        await following;

        StringAssert.EndsWith(output.Text, "abcde\nlast\n", StringComparison.Ordinal);
        Assert.IsLessThan(3 * ContainerLog.Capacity, output.Text.Length);
    }

    [TestMethod]
    public async Task ALineThatIsTooLongComesInPieces()
    {
        Write(new string('x', 3 * ContainerLog.LongestPiece));

        Assert.AreEqual(3 * ContainerLog.LongestPiece, (await ReadAsync(new())).Length);
    }

    private void Write(params string[] texts)
    {
        foreach (var text in texts)
            log.Write(error: false, Encoding.UTF8.GetBytes(text));
    }

    private async Task<string> ReadAsync(PodLogRequest request)
    {
        using var output = new MemoryStream();
        await logs.ReadAsync(Pod(), request, output, CancellationToken.None);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static StoredObject Pod()
    {
        var json = JsonNode.Parse($$$"""
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "ns"}, "spec": {"nodeName": "kontrakt", "containers": [{"name": "main"}]},
             "status": {"containerStatuses": [{"name": "main", "containerID": "{{{Id}}}", "state": {"running": {}}, "lastState": {}}]}}
            """);
        return new ObjectStore().Add(new(Kinds.Pod, "ns", "p"), () => json!.AsObject());
    }

    /// <summary>Takes nothing until it is opened.</summary>
    private sealed class GatedStream : MemoryStream
    {
        private readonly TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Text => Encoding.UTF8.GetString(ToArray());

        public void Open() => gate.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await gate.Task.WaitAsync(cancellationToken);
            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
