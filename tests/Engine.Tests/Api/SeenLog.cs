using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Engine.Tests.Api;

/// <summary>What the server and the API log, where it is a warning or comes with an exception.</summary>
internal sealed class SeenLog : ILogger, ILoggerProvider
{
    private readonly ConcurrentQueue<string> seen = new();

    public IReadOnlyCollection<string> Seen => seen;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && (exception is not null || logLevel >= LogLevel.Warning))
            seen.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }
}
