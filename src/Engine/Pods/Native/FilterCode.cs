using System.Runtime.InteropServices;

namespace Kontrakt.Engine.Pods.Native;

/// <summary>A program for the kernel's packet filter, which also judges system calls (seccomp(2), struct seccomp_data).</summary>
internal sealed class FilterCode
{
    private const int Number = 0;
    private const int Machine = 4;
    private const int FirstArgument = 16;
    private const int ThirdArgument = 32;
    private const ushort Load = 0x20;
    private const ushort IfEqual = 0x15;
    private const ushort IfGreater = 0x25;
    private const ushort IfAnyBit = 0x45;
    private const ushort Answer = 0x06;
    private const uint Allowed = 0x7fff0000;
    private const uint Error = 0x00050000;
    private const uint EndProcess = 0x80000000;

    private readonly List<FilterInstruction> code = [];

    public int Length => code.Count;

    public void LoadMachine() => Add(Load, Machine);

    public void LoadNumber() => Add(Load, Number);

    /// <summary>Its lower half, which is all that the kernel reads of numbers, flags and families.</summary>
    public void LoadFirstArgument() => Add(Load, FirstArgument);

    /// <summary>As the first.</summary>
    public void LoadThirdArgument() => Add(Load, ThirdArgument);

    public void Allow() => Add(Answer, Allowed);

    public void Refuse(int errno) => Add(Answer, Error | (uint)errno);

    public void Kill() => Add(Answer, EndProcess);

    public void When(uint value, Action<FilterCode> then) => Branch(IfEqual, value, then, not: false);

    public void Unless(uint value, Action<FilterCode> then) => Branch(IfEqual, value, then, not: true);

    public void WhenGreater(uint value, Action<FilterCode> then) => Branch(IfGreater, value, then, not: false);

    public void UnlessGreater(uint value, Action<FilterCode> then) => Branch(IfGreater, value, then, not: true);

    public void WhenAnyOf(uint bits, Action<FilterCode> then) => Branch(IfAnyBit, bits, then, not: false);

    public byte[] ToArray() => MemoryMarshal.AsBytes<FilterInstruction>(code.ToArray()).ToArray();

    private void Branch(ushort test, uint value, Action<FilterCode> then, bool not)
    {
        var inner = new FilterCode();
        then(inner);
        var skipped = checked((byte)inner.Length);
        code.Add(new(test, not ? skipped : (byte)0, not ? (byte)0 : skipped, value));
        code.AddRange(inner.code);
    }

    private void Add(ushort operation, uint value) => code.Add(new(operation, 0, 0, value));

    /// <summary>struct sock_filter</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct FilterInstruction(ushort Operation, byte SkippedIfTrue, byte SkippedIfFalse, uint Value);
}
