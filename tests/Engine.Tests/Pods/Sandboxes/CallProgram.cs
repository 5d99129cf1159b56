using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Engine.Tests.Pods.Sandboxes;

/// <summary>
/// A program that makes system calls and nothing else, one after the other: a file of a hundred bytes of machine code, made here. It ends with the
/// number of the first error, or with 0.
/// </summary>
internal sealed class CallProgram
{
    private const ulong Address = 0x400000;
    private const int HeaderSize = 0x78;
    private const int CallSize = 7 * sizeof(long);
    private readonly List<object[]> calls = [];

    public static bool IsX64 => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>mov rbx, table; loop: number and arguments from the table, syscall, on to the next; exit_group at its end or with the error.</summary>
    private static byte[] X64(ulong table) =>
    [
        0xbb, .. Bytes((uint)table), 0x48, 0x8b, 0x03, 0x48, 0x83, 0xf8, 0xff, 0x74, 0x25, 0x48, 0x8b, 0x7b, 0x08, 0x48, 0x8b, 0x73, 0x10, 0x48, 0x8b, 0x53, 0x18,
        0x4c, 0x8b, 0x53, 0x20, 0x4c, 0x8b, 0x43, 0x28, 0x4c, 0x8b, 0x4b, 0x30, 0x0f, 0x05, 0x48, 0x85, 0xc0, 0x78, 0x0a, 0x48, 0x83, 0xc3, 0x38, 0xeb, 0xd2,
        0x31, 0xff, 0xeb, 0x06, 0x48, 0x89, 0xc7, 0x48, 0xf7, 0xdf, 0xb8, 0xe7, 0x00, 0x00, 0x00, 0x0f, 0x05,
    ];

    /// <summary>The same.</summary>
    private static byte[] Arm64(ulong table) => MemoryMarshal.AsBytes<uint>(
    [
        0xd2800013 | (uint)(table & 0xffff) << 5, 0xf2a00013 | (uint)(table >> 16) << 5, 0xf9400268, 0xb100051f, 0x54000120, 0xa9408660, 0xa9418e62, 0xa9429664, 0xd4000001,
        0xf100001f, 0x540000a4, 0x9100e273, 0x17fffff6, 0xd2800000, 0x14000002, 0xcb0003e0, 0xd2800bc8, 0xd4000001,
    ]).ToArray();

    /// <param name="arguments">Numbers; texts and bytes are passed by their addresses.</param>
    public CallProgram Call(long number, params object[] arguments)
    {
        calls.Add([number, .. arguments]);
        return this;
    }

    public void Write(string path) => Write(path, ToArray());

    /// <summary>mov eax, 20 (getpid of 32-bit programs); int 0x80; xor edi, edi; mov eax, 231; syscall: ends with 0 where both kinds of calls are allowed.</summary>
    public static void Write32BitCall(string path) => Write(path, File([0xb8, 0x14, 0, 0, 0, 0xcd, 0x80, 0x31, 0xff, 0xb8, 0xe7, 0, 0, 0, 0x0f, 0x05], []));

    private static void Write(string path, byte[] file)
    {
        System.IO.File.WriteAllBytes(path, file);
        System.IO.File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }

    private byte[] ToArray()
    {
        var codeSize = IsX64 ? X64(0).Length : Arm64(0).Length;
        var table = HeaderSize + (codeSize + 7 & ~7);
        var code = IsX64 ? X64(Address + (ulong)table) : Arm64(Address + (ulong)table);
        var end = table + CallSize * calls.Count + sizeof(long);
        var data = new List<byte>();
        var records = new List<byte>();
        foreach (var call in calls)
            for (var i = 0; i < 7; i++)
                records.AddRange(BitConverter.GetBytes(i < call.Length ? Value(call[i], data, end) : 0));
        return File(code, [.. new byte[table - HeaderSize - code.Length], .. records, .. BitConverter.GetBytes(-1L), .. data]);
    }

    private static long Value(object argument, List<byte> data, int end)
    {
        if (argument is int or long or uint)
            return Convert.ToInt64(argument, System.Globalization.CultureInfo.InvariantCulture);
        var bytes = argument is string text ? [.. Encoding.UTF8.GetBytes(text), 0] : (byte[])argument;
        var address = (long)Address + end + data.Count;
        data.AddRange(bytes);
        data.AddRange(new byte[(8 - bytes.Length % 8) % 8]);
        return address;
    }

    /// <summary>ELF: a header, and one segment that is the whole file, to be read, written and run.</summary>
    private static byte[] File(byte[] code, byte[] rest)
    {
        var size = (ulong)(HeaderSize + code.Length + rest.Length);
        ulong[] segment = [0, Address, Address, size, size, 0x1000];
        return
        [
            0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, .. new byte[9], 2, 0, (byte)(IsX64 ? 62 : 183), 0, .. Bytes(1), .. BitConverter.GetBytes(Address + HeaderSize),
            .. BitConverter.GetBytes(64L), .. new byte[8], .. new byte[4], 64, 0, 56, 0, 1, 0, .. new byte[6],
            .. Bytes(1), .. Bytes(7), .. segment.SelectMany(BitConverter.GetBytes), .. code, .. rest,
        ];
    }

    private static byte[] Bytes(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        return bytes;
    }
}
