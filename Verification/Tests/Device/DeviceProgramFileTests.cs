using TileProof.HwModel.Device;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Device;

namespace TileProof.Tests.Device;

public sealed class DeviceProgramFileTests
{
    [Theory]
    [InlineData("[]", "it is no object")]
    [InlineData("{ \"sources\": [\"a.c\"], \"entries\": {} }", "entries is missing")]
    [InlineData("{ \"sources\": [], \"entries\": { \"conv2d\": \"f\" } }", "sources names no file")]
    [InlineData("{ \"sources\": [\"b.c\"], \"entries\": { \"conv2d\": \"f\" } }", "sources names a file that is not there")]
    [InlineData("{ \"sources\": [\"a.c\"], \"entries\": { \"conv3d\": \"f\" } }", "entries.conv3d is no operator; valid: conv2d, ")]
    [InlineData("{ \"sources\": [\"a.c\"], \"entries\": { \"conv2d\": \"f()\" } }", "entries.conv2d 'f()' is no name of a C function")]
    [InlineData("{ \"sources\": [\"a.c\"], \"entries\": { \"add\": { \"function\": \"f\", \"convention\": \"conv_execute_kernel\" } } }", "entries.add.convention fits conv2d only")]
    [InlineData("{ \"sources\": [\"a.c\"], \"entries\": { \"conv2d\": \"f\" }, \"compiller\": \"gcc\" }", "compiller is not known; valid: name, ")]
    [InlineData("{ \"sources\": [\"a.c\"], \"entries\": { \"conv2d\": \"f\" }, \"timeLimitSeconds\": 0 }", "timeLimitSeconds is no number")]
    [InlineData("{ \"sources\": [\"a.c\"], \"entries\": { \"conv2d\": \"f\" }, \"allocator\": { \"function\": \"take\", \"sizeArgument\": 9 } }", "allocator.sizeArgument is no number of 0 to 5")]
    [InlineData("{ \"sources\" [", "line 1 is not JSON")]
    public void Description_ThatIsWrong_IsOneLine(string json, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.c"], "");
        File.WriteAllText(folder["kernels.json"], json);
        string text = Assert.Throws<UserInputException>(() => DeviceProgramFile.Read(folder["kernels.json"])).Message;
        Assert.StartsWith($"{folder["kernels.json"]}: {message}", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text);
    }

    [Fact]
    public void Description_WithEveryField_IsRead()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.c"], "");
        File.WriteAllText(folder["table.h"], "");
        File.WriteAllText(folder["kernels.json"], """
            {
              "name": "mine", "sources": ["a.c"], "include": ["."], "defines": { "FAST": true, "ROWS": 3 }, "compiler": "gcc", "flags": ["-O2"],
              "entries": { "conv2d": { "function": "conv_execute_kernel", "convention": "conv_execute_kernel" }, "add": "my_add" },
              "allocator": { "function": "take", "sizeArgument": 1, "bankArgument": 2 }, "layerTable": "table.h", "timeLimitSeconds": 0.5,
            }
            """);
        DeviceProgram program = DeviceProgramFile.Read(folder["kernels.json"]);
        Assert.Equal(("mine", "gcc", 500), (program.Name, program.Compiler, program.TimeLimitMilliseconds));
        Assert.Equal(["FAST", "ROWS=3"], program.Defines);
        Assert.Equal(["-O2"], program.Flags);
        Assert.Equal(folder["table.h"], program.LayerTableFile);
        Assert.Equal(new AllocatorRule("take", 1, 2), program.Allocator);
        Assert.Equal(new DeviceEntry("conv_execute_kernel", DeviceConvention.ExecuteKernel), program.Entries[OperatorKind.Conv2d]);
        Assert.Equal(new DeviceEntry("my_add"), program.Entries[OperatorKind.Add]);
    }
}
