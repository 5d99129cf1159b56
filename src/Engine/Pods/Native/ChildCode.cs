using System.ComponentModel;
using System.Runtime.InteropServices;
using static Kontrakt.Engine.Pods.Native.Libc;

namespace Kontrakt.Engine.Pods.Native;

/// <summary>
/// Follows a chain of <see cref="SystemCall"/>s: makes a call, stores its result, goes on to the call that is named for such a result; returns
/// where none is named. It is machine code, because it must be able to run in a child that shares the memory of this process: nothing of the .NET
/// runtime, not even a stack, may be touched there. See docs/decisions/child-code.md.
/// </summary>
internal static unsafe class ChildCode
{
    private static readonly delegate* unmanaged<SystemCall*, void> Code = Load();

    /// <summary>The page that it is in.</summary>
    public static (nint Start, nint End) Range => ((nint)Code, (nint)Code + Environment.SystemPageSize);

    private static ReadOnlySpan<byte> X64 =>
    [
        0x53,                   //        push rbx
        0x48, 0x89, 0xfb,       //        mov rbx, rdi
        0x48, 0x8b, 0x03,       // call:  mov rax, [rbx]         Number
        0x48, 0x8b, 0x7b, 0x08, //        mov rdi, [rbx+8]       Arguments
        0x48, 0x8b, 0x73, 0x10, //        mov rsi, [rbx+16]
        0x48, 0x8b, 0x53, 0x18, //        mov rdx, [rbx+24]
        0x4c, 0x8b, 0x53, 0x20, //        mov r10, [rbx+32]
        0x4c, 0x8b, 0x43, 0x28, //        mov r8, [rbx+40]
        0x4c, 0x8b, 0x4b, 0x30, //        mov r9, [rbx+48]
        0x0f, 0x05,             //        syscall
        0x48, 0x89, 0x43, 0x38, //        mov [rbx+56], rax      Result
        0x48, 0x85, 0xc0,       //        test rax, rax
        0x78, 0x0e,             //        js error
        0x74, 0x06,             //        jz zero
        0x48, 0x8b, 0x5b, 0x50, //        mov rbx, [rbx+80]      AfterPositive
        0xeb, 0x0a,             //        jmp next
        0x48, 0x8b, 0x5b, 0x48, // zero:  mov rbx, [rbx+72]      AfterZero
        0xeb, 0x04,             //        jmp next
        0x48, 0x8b, 0x5b, 0x40, // error: mov rbx, [rbx+64]      AfterError
        0x48, 0x85, 0xdb,       // next:  test rbx, rbx
        0x75, 0xc3,             //        jnz call
        0x5b,                   //        pop rbx
        0xc3,                   //        ret
    ];

    private static ReadOnlySpan<uint> Arm64 =>
    [
        0xaa0003e9, //        mov x9, x0
        0xf9400128, // call:  ldr x8, [x9]              Number
        0xa9408520, //        ldp x0, x1, [x9, #8]      Arguments
        0xa9418d22, //        ldp x2, x3, [x9, #24]
        0xa9429524, //        ldp x4, x5, [x9, #40]
        0xd4000001, //        svc #0
        0xf9001d20, //        str x0, [x9, #56]         Result
        0xf100001f, //        cmp x0, #0
        0x540000c4, //        b.mi error
        0x54000060, //        b.eq zero
        0xf9402929, //        ldr x9, [x9, #80]         AfterPositive
        0x14000004, //        b next
        0xf9402529, // zero:  ldr x9, [x9, #72]         AfterZero
        0x14000002, //        b next
        0xf9402129, // error: ldr x9, [x9, #64]         AfterError
        0xb5fffe49, // next:  cbnz x9, call
        0xd65f03c0, //        ret
    ];

    /// <summary>Runs the chain in the calling thread, and in each child that a call of it makes.</summary>
    public static void Run(SystemCall* first) => Code(first);

    private static delegate* unmanaged<SystemCall*, void> Load()
    {
        var code = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => X64,
            Architecture.Arm64 => MemoryMarshal.AsBytes(Arm64),
            var other => throw new PlatformNotSupportedException($"the embedded engine runs pods on x64 and arm64, not on {other}; name a cluster instead"),
        };
        var size = (nuint)Environment.SystemPageSize;
        var page = mmap(null, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page == (void*)-1)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        code.CopyTo(new Span<byte>(page, code.Length));
        return mprotect(page, size, PROT_READ | PROT_EXEC) == 0
            ? (delegate* unmanaged<SystemCall*, void>)page
            : throw SystemCallException.Last("make a page of code executable");
    }
}
