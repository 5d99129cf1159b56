using Kontrakt.Engine.Api.Streaming.Spdy;

namespace Engine.Tests.Api;

/// <summary>Headers of SPDY are one compressed stream for each connection, with a dictionary before it.</summary>
[TestClass]
public sealed class SpdyHeaderBlocks
{
    // Made by zlib itself, with that dictionary, at level 9.
    private const string First = "78f9e3c6a7c202e50e703a2b294a4dcc851625aca9a080462a5358dd5d4314f401000000ffff";
    private const string Second = "0225500cb52025899012bc089c592c0c2c0c8034671124c633413981d100000000ffff";

    [TestMethod]
    public void EachBlockGoesOnWhereTheOneBeforeEnded()
    {
        using var reader = new SpdyHeaderReader();

        var first = reader.Read(Convert.FromHexString(First));
        var second = reader.Read(Convert.FromHexString(Second));

        Assert.AreEqual(("error", "GET /"), (first["streamtype"], first["date"]));
        Assert.AreEqual(("data", "8080", "0"), (second["StreamType"], second["port"], second["requestid"]));
    }

    [TestMethod]
    [DataRow("78f9e3c6a7c2ffffffff")]
    [DataRow("00")]
    [DataRow("78f9e3c6a7c202e50e703a2b294a4dcc")]
    public void WhatIsNoBlockIsRefused(string block)
    {
        using var reader = new SpdyHeaderReader();

        Assert.ThrowsExactly<InvalidDataException>(() => reader.Read(Convert.FromHexString(block)));
    }
}
