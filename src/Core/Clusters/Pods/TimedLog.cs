using System.Buffers;
using System.Globalization;
using System.Text;
using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Clusters.Pods;

/// <summary>
/// A log whose lines have times in front, without these, and without the lines that an earlier connection gave. A line counts as read when more is asked for:
/// by then its reader has given it on.
/// </summary>
/// <param name="log">Is disposed with this.</param>
/// <param name="acceptsRest">False: a line that is not complete at the end is lost, and not the last one.</param>
internal sealed class TimedLog(Stream log, LogPlace earlier, bool acceptsRest) : Stream
{
    /// <summary>The reason of an end within a line.</summary>
    public const string Cut = "LogCut";

    /// <summary>What a container runtime writes at once; older kubelets put a time before each part of a longer line.</summary>
    private const int LongestPart = 16 * 1024;

    /// <summary>Longer than any time.</summary>
    private const int LongestTime = 40;

    /// <summary>Less than a reader asks for: then it gives each part on before it asks for the next.</summary>
    private const int LongestRead = 4 * 1024;

    private readonly byte[] _buffer = new byte[LongestRead - LongestTime - 2];
    private readonly ArrayBufferWriter<byte> _shown = new(LongestRead);
    private readonly List<byte> _prefix = [];
    private readonly LogPlace _earlier = earlier;
    private LogPlace _next = earlier;
    private DateTimeOffset? _time;
    private int _length, _sameTime;
    private bool _inPrefix = true, _isKnown;

    /// <summary>How far it has been read.</summary>
    public LogPlace Place { get; private set; } = earlier;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buffer.Length, LongestRead);
        Place = _next;
        _shown.ResetWrittenCount();
        while (_shown.WrittenCount == 0)
        {
            var read = await log.ReadAsync(_buffer, cancellationToken);
            if (read == 0)
                return End(buffer);
            foreach (var each in _buffer.AsSpan(0, read))
                Add(each);
        }
        _shown.WrittenMemory.CopyTo(buffer);
        return _shown.WrittenCount;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            log.Dispose();
        base.Dispose(disposing);
    }

    private int End(Memory<byte> buffer)
    {
        if ((_length > 0 || _prefix.Count > 0) && !acceptsRest)
            throw new KubernetesException("the log ended within a line", null, Cut, []);
        ShowPrefix();
        _shown.WrittenMemory.CopyTo(buffer);
        return _shown.WrittenCount;
    }

    private void Add(byte each)
    {
        if (_inPrefix && each != '\n' && each != ' ')
        {
            _prefix.Add(each);
            if (_prefix.Count > LongestTime)
                ShowPrefix();
            return;
        }
        if (_inPrefix && TakeTime() && each == ' ')
            return;
        if (each == '\n')
            EndLine();
        else
            Show(each);
    }

    /// <summary>What is before the first space of a line or a part of it is its time; what is not a time is text.</summary>
    private bool TakeTime()
    {
        if (!DateTimeOffset.TryParse(Encoding.UTF8.GetString([.. _prefix]), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) || !_prefix.Contains((byte)'T'))
        {
            ShowPrefix();
            return false;
        }
        _prefix.Clear();
        _inPrefix = false;
        if (_time is not null)
            return true;
        _time = time;
        _isKnown = _earlier.Has(time, _sameTime);
        if (time == _earlier.Last)
            _sameTime++;
        return true;
    }

    private void Show(byte each)
    {
        if (!_isKnown)
            _shown.Write([each]);
        _length++;
        _inPrefix = _length % LongestPart == 0;
    }

    private void ShowPrefix()
    {
        _inPrefix = false;
        foreach (var each in _prefix)
            if (!_isKnown)
                _shown.Write([each]);
        _length += _prefix.Count;
        _prefix.Clear();
    }

    private void EndLine()
    {
        if (!_isKnown)
        {
            _shown.Write("\n"u8);
            _next = _time is { } time ? _next.After(time) : _next;
        }
        (_time, _length, _inPrefix, _isKnown) = (null, 0, true, false);
    }
}
