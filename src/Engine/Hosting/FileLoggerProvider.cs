using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Kontrakt.Engine.Hosting;

/// <summary>A log file of bounded size: when it is full, it becomes "(name).old", and the one before that goes.</summary>
internal sealed class FileLoggerProvider(string path, TimeProvider time) : ILoggerProvider
{
    private const long Limit = 8 * 1024 * 1024;
    private readonly Lock gate = new();
    private StreamWriter? writer = Open(path);

    public ILogger CreateLogger(string categoryName) => new FileLogger(this, categoryName);

    public void Dispose()
    {
        lock (gate)
        {
            writer?.Dispose();
            writer = null;
        }
    }

    private void Write(LogLevel level, string category, string text, Exception? exception)
    {
        lock (gate)
        {
            if (writer is null)
                return;
            try
            {
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():O} {level} {category}: {text}{(exception is null ? "" : $" {exception}")}"));
                if (writer.BaseStream.Length > Limit)
                    Turn();
            }
            catch (IOException)
            {
                // A full disk must not end the engine; the log is what it can do without.
            }
        }
    }

    private void Turn()
    {
        writer?.Dispose();
        writer = null;
        File.Move(path, path + ".old", overwrite: true);
        writer = Open(path);
    }

    private static StreamWriter Open(string path) => new(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    private sealed class FileLogger(FileLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                provider.Write(logLevel, category, formatter(state, exception), exception);
        }
    }
}
