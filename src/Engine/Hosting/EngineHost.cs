using System.Diagnostics;
using Kontrakt.Engine.Pods.Native;
using Microsoft.Extensions.Logging;

namespace Kontrakt.Engine.Hosting;

/// <summary>The engine's life: takes hold of its folder, starts all parts, says that it is ready, and ends in order.</summary>
public static partial class EngineHost
{
    /// <summary>How long an engine may take to end.</summary>
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(20);

    /// <summary>Runs the engine until it is asked to end, its node is deleted, or nobody has used it for long.</summary>
    /// <param name="say">Gets one line: "ready" when the engine answers, else why it cannot be.</param>
    /// <returns>False where it could not start.</returns>
    public static async Task<bool> RunAsync(EngineOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(options.Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var held = await HoldAsync(Path.Combine(options.Directory, "engine.lock"), cancellationToken);
            using var logs = new LoggerFactory([new FileLoggerProvider(options.Log, options.Time)], new LoggerFilterOptions { Rules = { new(null, "Microsoft", LogLevel.Warning, null) } });
            var log = logs.CreateLogger("engine");
            await using var server = await StartAsync(options, logs, log, cancellationToken);
            say("ready");
            var reason = await server.WaitAsync(cancellationToken);
            EndsBecause(log, reason);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SystemCallException)
        {
            say(e.Message.ReplaceLineEndings(" "));
            return false;
        }
    }

    private static async Task<EngineServer> StartAsync(EngineOptions options, ILoggerFactory logs, ILogger log, CancellationToken cancellationToken)
    {
        try
        {
            return await EngineServer.StartAsync(options, logs, cancellationToken);
        }
        catch (Exception e)
        {
            log.LogCritical(e, "did not start");
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "ends: {Reason}")]
    private static partial void EndsBecause(ILogger log, string reason);

    private static async Task<FileStream> HoldAsync(string path, CancellationToken cancellationToken)
    {
        // A file's lock has no event to wait for.
        using var tries = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var clock = Stopwatch.StartNew();
        while (true)
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e.HResult == Errno.EAGAIN)
            {
                if (clock.Elapsed > EndTime)
                    throw new IOException($"another engine holds '{path}', and says nowhere how it is reached", e);
                await tries.WaitForNextTickAsync(cancellationToken);
            }
    }
}
