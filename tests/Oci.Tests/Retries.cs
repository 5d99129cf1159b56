using System.Globalization;
using System.Net;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;
using Microsoft.AspNetCore.Http;
using static Kontrakt.Oci.Tests.Infra.Registries;

namespace Kontrakt.Oci.Tests;

/// <summary>What passes is tried again, inside the budget; uploads and downloads go on from where they broke.</summary>
[TestClass]
public sealed class Retries
{
    /// <summary>Does something else for the first few requests that match.</summary>
    private static Func<HttpContext, FakeRegistry, Task<bool>> First(int times, Func<HttpRequest, bool> matches, Func<HttpContext, Task> instead)
    {
        var left = times;
        return async (context, _) =>
        {
            if (!matches(context.Request) || Interlocked.Decrement(ref left) < 0)
                return false;
            await instead(context);
            return true;
        };
    }

    private static async Task<Stream> TrickleAsync(byte[] bytes)
    {
        await Task.Yield();
        return new OnlyForward(bytes);
    }

    /// <summary>Like a download: cannot seek.</summary>
    private sealed class OnlyForward(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(HttpStatusCode.InternalServerError)]
    [DataRow(HttpStatusCode.ServiceUnavailable)]
    [DataRow(HttpStatusCode.BadGateway)]
    public async Task OutliveServerErrors(HttpStatusCode status)
    {
        await using var registry = await FakeRegistry.StartAsync(First(3, request => request.Path.Value!.Contains("/blobs/uploads"), context =>
        {
            context.Response.StatusCode = (int)status;
            return Task.CompletedTask;
        }));
        var time = new FakeTime();
        var told = new List<string>();
        using var client = Client(new() { Time = time, OnRetry = told.Add });

        await client.PushAsync(registry.Image("a"), [1, 2, 3]);

        Assert.HasCount(1, registry.Blobs);
        Assert.HasCount(3, time.Waits);
        StringAssert.Contains(told[0], $"{(int)status}");
    }

    [TestMethod, Timeout(120_000)]
    public async Task WaitAsLongAsTheRegistrySays()
    {
        await using var registry = await FakeRegistry.StartAsync(First(1, request => request.Path.Value!.Contains("/manifests/"), context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "7";
            return Task.CompletedTask;
        }));
        var time = new FakeTime();
        using var client = Client(new() { Time = time });

        await client.ResolveAsync(registry.Image("a:1"), CancellationToken.None);

        CollectionAssert.AreEqual(new[] { TimeSpan.FromSeconds(7) }, time.Waits.ToArray());
    }

    [TestMethod, Timeout(120_000)]
    public async Task GiveUpAtOnceWhenTheRegistryAsksForMoreThanTheBudget()
    {
        await using var registry = await FakeRegistry.StartAsync(async (context, _) =>
        {
            context.Response.Headers.RetryAfter = "3600";
            await FakeRegistry.RefuseAsync(context, 429, "TOOMANYREQUESTS", "pull rate limit");
            return true;
        });
        var time = new FakeTime();
        using var client = Client(new() { Time = time });

        var error = await Assert.ThrowsExactlyAsync<RegistryException>(() => client.GetManifestAsync(registry.Image("a:1"), CancellationToken.None));

        Assert.IsEmpty(time.Waits);
        Assert.AreEqual(HttpStatusCode.TooManyRequests, error.Status);
        StringAssert.Contains(error.Message, "TOOMANYREQUESTS: pull rate limit");
    }

    [TestMethod, Timeout(120_000)]
    public async Task EndWithTheBudget()
    {
        await using var registry = await FakeRegistry.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult(true);
        });
        var time = new FakeTime();
        using var client = Client(new() { Time = time, RetryBudget = TimeSpan.FromSeconds(20) });

        var error = await Assert.ThrowsExactlyAsync<RegistryException>(() => client.GetManifestAsync(registry.Image("a:1"), CancellationToken.None));

        Assert.AreEqual(RegistryFault.Unreachable, error.Fault);
        Assert.AreEqual(TimeSpan.FromSeconds(20), time.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait));
    }

    [TestMethod, Timeout(120_000)]
    public async Task OutliveLostConnections()
    {
        await using var registry = await FakeRegistry.StartAsync(First(2, request => request.Path.Value!.Contains("/manifests/"), context =>
        {
            context.Abort();
            return Task.CompletedTask;
        }));
        using var client = Client(new() { Time = new FakeTime() });

        Assert.IsNull(await client.ResolveAsync(registry.Image("a:1"), CancellationToken.None));

        Assert.AreEqual(3, registry.Count("HEAD", "/manifests/1"));
    }

    [TestMethod, Timeout(120_000)]
    public async Task OutliveARegistryThatSaysNothing()
    {
        await using var registry = await FakeRegistry.StartAsync(First(1, request => request.Path.Value!.Contains("/manifests/"),
            context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default)));
        using var client = Client(new() { Time = new FakeTime(), AnswerTimeout = TimeSpan.FromSeconds(1) });

        Assert.IsNull(await client.ResolveAsync(registry.Image("a:1"), CancellationToken.None));

        Assert.AreEqual(2, registry.Count("HEAD", "/manifests/1"));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(true)]
    [DataRow(false)]
    public async Task ResumeAnUpload(bool seekable)
    {
        var bytes = Noise(1_000_000);
        // The third chunk breaks off in its middle, and what came through of it stays.
        var chunks = 0;
        await using var registry = await FakeRegistry.StartAsync(async (context, registry) =>
        {
            if (context.Request.Method != "PATCH" || Interlocked.Increment(ref chunks) != 3)
                return false;
            var half = new byte[50_000];
            await context.Request.Body.ReadExactlyAsync(half);
            registry.Uploads.Values.Single().Write(half);
            context.Abort();
            return true;
        });
        using var client = Client(new() { Time = new FakeTime(), ChunkSize = 100_000 });

        await client.PushBlobAsync(registry.Image("a"), Blob(bytes), _ => seekable ? Task.FromResult<Stream>(new MemoryStream(bytes)) : TrickleAsync(bytes), null, CancellationToken.None);

        CollectionAssert.AreEqual(bytes, registry.Blobs.Values.Single());
        Assert.AreEqual(1, registry.Count("POST", "/blobs/uploads/"), "begun anew");
        Assert.AreEqual(1, registry.Count("GET", "/blobs/uploads/"));
        Assert.AreEqual(11, registry.Count("PATCH", "/blobs/uploads/"), "two whole chunks, the half one, and 750,000 bytes in eight");
    }

    [TestMethod, Timeout(120_000)]
    public async Task AskWhereToGoOnWhenTheRangeIsRefused()
    {
        var bytes = Noise(1_000_000);
        // The registry loses half of a chunk that it took.
        var chunks = 0;
        await using var registry = await FakeRegistry.StartAsync((context, registry) =>
        {
            if (context.Request.Method == "PATCH" && Interlocked.Increment(ref chunks) == 3)
                registry.Uploads.Values.Single().SetLength(150_000);
            return Task.FromResult(false);
        });
        using var client = Client(new() { Time = new FakeTime(), ChunkSize = 100_000 });

        await client.PushAsync(registry.Image("a"), bytes);

        CollectionAssert.AreEqual(bytes, registry.Blobs.Values.Single());
        Assert.AreEqual(1, registry.Count("POST", "/blobs/uploads/"));
    }

    [TestMethod, Timeout(120_000)]
    public async Task BeginAnewWhenTheRegistryForgotTheUpload()
    {
        var bytes = Noise(500_000);
        var chunks = 0;
        await using var registry = await FakeRegistry.StartAsync((context, registry) =>
        {
            if (context.Request.Method == "PATCH" && Interlocked.Increment(ref chunks) == 3)
                registry.Uploads.Clear();
            return Task.FromResult(false);
        });
        using var client = Client(new() { Time = new FakeTime(), ChunkSize = 100_000 });

        await client.PushAsync(registry.Image("a"), bytes);

        CollectionAssert.AreEqual(bytes, registry.Blobs.Values.Single());
        Assert.AreEqual(2, registry.Count("POST", "/blobs/uploads/"));
    }

    [TestMethod, Timeout(120_000)]
    public async Task DoNotUploadAgainWhenOnlyTheAnswerGotLost()
    {
        var bytes = Noise(1000);
        await using var registry = await FakeRegistry.StartAsync(async (context, registry) =>
        {
            if (context.Request.Method != "PUT")
                return false;
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            registry.Blobs[Digest.Sha256(body.ToArray()).ToString()] = body.ToArray();
            context.Abort();
            return true;
        });
        using var client = Client(new() { Time = new FakeTime() });

        await client.PushAsync(registry.Image("a"), bytes);

        Assert.AreEqual(1, registry.Count("PUT", ""));
        Assert.HasCount(1, registry.Blobs);
    }

    [TestMethod, Timeout(120_000)]
    public async Task UploadInOnePieceWhereChunksAreNotTaken()
    {
        var bytes = Noise(500_000);
        await using var registry = await FakeRegistry.StartAsync(async (context, _) =>
        {
            if (context.Request.Method != "PATCH")
                return false;
            await context.Request.Body.CopyToAsync(Stream.Null);
            await FakeRegistry.RefuseAsync(context, 405, "UNSUPPORTED", "no chunks");
            return true;
        });
        using var client = Client(new() { Time = new FakeTime(), ChunkSize = 100_000 });

        await client.PushAsync(registry.Image("a"), bytes);

        CollectionAssert.AreEqual(bytes, registry.Blobs.Values.Single());
        Assert.AreEqual(1, registry.Count("PATCH", ""));
    }

    [TestMethod, Timeout(120_000)]
    public async Task TakeTheRegistrysLeastChunk()
    {
        var bytes = Noise(500_000);
        await using var registry = await FakeRegistry.StartAsync((context, _) =>
        {
            context.Response.Headers["OCI-Chunk-Min-Length"] = "250000";
            return Task.FromResult(false);
        });
        using var client = Client(new() { ChunkSize = 100_000 });

        await client.PushAsync(registry.Image("a"), bytes);

        Assert.AreEqual(2, registry.Count("PATCH", ""));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(true)]
    [DataRow(false)]
    public async Task ResumeADownload(bool ranges)
    {
        var bytes = Noise(1_000_000);
        var drops = 0;
        await using var registry = await FakeRegistry.StartAsync(async (context, _) =>
        {
            if (!ranges)
                context.Request.Headers.Remove("Range");
            if (context.Request.Method != "GET" || !context.Request.Path.Value!.Contains("/blobs/") || Interlocked.Increment(ref drops) > 2)
                return false;
            var range = context.Request.Headers.Range.ToString();
            var start = range.Length > 0 ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
            context.Response.StatusCode = start > 0 ? 206 : 200;
            if (start > 0)
                context.Response.Headers.ContentRange = $"bytes {start}-999999/1000000";
            context.Response.ContentLength = bytes.Length - start;
            await context.Response.Body.WriteAsync(bytes.AsMemory(start, 300_000));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return true;
        });
        registry.Blobs[Blob(bytes).Digest.ToString()] = bytes;
        using var client = Client(new() { Time = new FakeTime() });

        var read = await client.ReadAsync(registry.Image("a"), Blob(bytes));

        CollectionAssert.AreEqual(bytes, read);
        Assert.AreEqual(3, registry.Count("GET", "/blobs/"));
    }

    [TestMethod, Timeout(120_000)]
    public async Task DoNotHideAFailingSource()
    {
        await using var registry = await FakeRegistry.StartAsync();
        using var client = Client(new() { Time = new FakeTime() });
        var blob = new Descriptor(MediaTypes.OciLayerGzip, Digest.Sha256([1]), 100);

        var shorter = await Assert.ThrowsExactlyAsync<IOException>(() => client.PushBlobAsync(registry.Image("a"), blob, Opening([1]), null, CancellationToken.None));
        var missing = await Assert.ThrowsExactlyAsync<FileNotFoundException>(() => client.PushBlobAsync(registry.Image("a"), blob, _ => throw new FileNotFoundException("gone"), null, CancellationToken.None));

        StringAssert.Contains(shorter.Message, "1 of 100");
        Assert.AreEqual("gone", missing.Message);
    }

    [TestMethod, Timeout(120_000)]
    public async Task StopWhenCancelled()
    {
        await using var registry = await FakeRegistry.StartAsync(async (context, _) =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        });
        using var client = Client();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAsync<OperationCanceledException>(() => client.PushBlobAsync(registry.Image("a"), Blob([1]), Opening([1]), null, cancel.Token));
    }

    [TestMethod, Timeout(120_000)]
    public async Task UploadASharedLayerOnce()
    {
        await using var registry = await FakeRegistry.StartAsync();
        using var client = Client();
        var bytes = Noise(100_000);

        var uploads = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.PushAsync(registry.Image("a"), bytes)));

        Assert.AreEqual(1, uploads.Count(uploaded => uploaded));
        Assert.AreEqual(1, registry.Count("PUT", ""));
    }
}
