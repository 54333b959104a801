using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.Harness;

public sealed class LayerVectorReaderTests
{
    public static TheoryData<string> RequiredFields =>
    [
        "ic", "ih", "iw", "oc", "kh", "kw", "oh", "ow", "stride", "pad", "dilation", "in_zp", "out_zp", "in_scale", "bias_scale", "out_scale",
        "accum_shift", "u16_output_scale", "output_shift",
    ];

    public static TheoryData<string, int> RequiredFiles => new()
    {
        { "input_q.bin", LayerVectorFiles.InputBytes },
        { "weight.bin", LayerVectorFiles.WeightBytes },
        { "bias.bin", LayerVectorFiles.BiasBytes },
        { "output_opt.bin", LayerVectorFiles.OutputBytes },
    };

    public static TheoryData<string, string, string> AbsurdFields => new()
    {
        { "ic", "0", "is 0, expected a whole number of 1 to 65536" },
        { "ih", "-4", "is -4, expected a whole number of 1 to 65536" },
        { "oc", "1000000000000", "is 1000000000000, expected a whole number of 1 to 65536" },
        { "kh", "2.5", "is 2.5, expected a whole number of 1 to 65536" },
        { "stride", "1e400", "is 1e400, expected a whole number of 1 to 65536" },
        { "pad", "-1", "is -1, expected a whole number of 0 to 65536" },
        { "in_zp", "-129", "is -129, expected a whole number of -128 to 127" },
        { "out_zp", "128", "is 128, expected a whole number of -128 to 127" },
        { "accum_shift", "24", "is 24, expected a whole number of 0 to 23" },
        { "u16_output_scale", "65536", "is 65536, expected a whole number of 1 to 65535" },
        { "output_shift", "32", "is 32, expected a whole number of 0 to 31" },
        { "in_scale", "0", "is 0, expected a number above 0 in single precision" },
        { "bias_scale", "-1e-5", "is -1e-5, expected a number above 0 in single precision" },
        { "out_scale", "1e39", "is 1e39, expected a number above 0 in single precision" },
        { "out_scale", "1e-60", "is 1e-60, expected a number above 0 in single precision" },
        { "oh", "3", "is 3, but the other fields give 2" },
        { "ow", "2", "is 2, but the other fields give 3" },
        { "iw", "\"5\"", "is text, expected a whole number of 1 to 65536" },
        { "kw", "null", "is null, expected a whole number of 1 to 65536" },
        { "in_scale", "true", "is a truth value, expected a number above 0 in single precision" },
        { "in_scale", "[1]", "is a list, expected a number above 0 in single precision" },
        { "in_scale", "{}", "is an object, expected a number above 0 in single precision" },
        { "ic", "1" + "00000000000000000000000000000000000000000000000000", "is 1000000000000000000000000000000000000000..., expected a whole number of 1 to 65536" },
    };

    [Fact]
    public void Read_ValidFolder_GivesEveryField()
    {
        using var files = new LayerVectorFiles();
        LayerVector vector = LayerVectorReader.Read(files.Layer + "/");
        Assert.Equal("layer0", vector.Name);
        Assert.Equal(Conv2dShape.Create(2, 4, 5, 3, 3, 3, stride: 2, padding: 1), vector.Shape);
        Assert.Equal(QuantizationParameters.FromScale(0.0266f, -3), vector.InputQuantization);
        Assert.Equal(QuantizationParameters.FromScale(0.0195f, 7), vector.OutputQuantization);
        Assert.Equal(1.7e-05f, vector.BiasScale);
        Assert.Equal(7, vector.AccumulatorShift);
        Assert.Equal(59144, vector.OutputScaleMultiplier);
        Assert.Equal(19, vector.OutputShift);
        Assert.Equal(LayerVectorFiles.InputBytes, vector.Input.Length);
        Assert.Equal(-10, vector.Input[0]);
        Assert.Equal(LayerVectorFiles.WeightBytes, vector.Weights.Length);
        Assert.Equal([BitConverter.ToInt32([246, 247, 248, 249]), BitConverter.ToInt32([250, 251, 252, 253]), BitConverter.ToInt32([254, 255, 0, 1])], vector.Bias);
        Assert.Equal(LayerVectorFiles.OutputBytes, vector.ExpectedOptimized.Length);
        Assert.Equal(LayerVectorFiles.OutputBytes, vector.ExpectedGeneric!.Length);
    }

    [Fact]
    public void Read_WithoutGenericOutput_LeavesItNull()
    {
        using var files = new LayerVectorFiles();
        File.Delete(files.PathOf("output_generic.bin"));
        Assert.Null(LayerVectorReader.Read(files.Layer).ExpectedGeneric);
    }

    [Theory]
    [MemberData(nameof(RequiredFields))]
    public void Read_FieldMissing_NamesFileAndField(string field)
    {
        using var files = new LayerVectorFiles();
        files.WriteParameters(parameters => parameters.Remove(field));
        FixtureException failure = Fails(files);
        Assert.Equal(files.PathOf("params.json"), failure.Path);
        Assert.Equal(field, failure.Field);
        Assert.StartsWith($"{failure.Path}: {field}: is missing, expected a ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(AbsurdFields))]
    public void Read_FieldAbsurd_NamesFieldValueAndExpectation(string field, string json, string problem)
    {
        using var files = new LayerVectorFiles();
        files.WriteParameters(parameters => parameters[field] = JsonNode.Parse(json));
        FixtureException failure = Fails(files);
        Assert.Equal($"{files.PathOf("params.json")}: {field}: {problem}", failure.Message);
    }

    [Theory]
    [InlineData("kh", 60000)]
    [InlineData("dilation", 9)]
    [InlineData("ih", 65536)]
    public void Read_ShapeThatCannotBe_IsOneLine(string field, int value)
    {
        using var files = new LayerVectorFiles();
        files.WriteParameters(parameters =>
        {
            parameters["ic"] = 65536;
            parameters["iw"] = field == "ih" ? 65536 : 5;
            parameters[field] = value;
        });
        FixtureException failure = Fails(files);
        Assert.Contains("no possible convolution", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Theory]
    [MemberData(nameof(RequiredFiles))]
    public void Read_FileTruncatedOrTooLong_GivesPathAndByteCounts(string fileName, int expectedBytes)
    {
        using var files = new LayerVectorFiles();
        byte[] whole = File.ReadAllBytes(files.PathOf(fileName));
        foreach (int actualBytes in new[] { 0, 1, expectedBytes - 1, expectedBytes + 1 })
        {
            File.WriteAllBytes(files.PathOf(fileName), [.. whole.Append((byte)0).Take(actualBytes)]);
            string problem = actualBytes == 0 ? $"cannot be read: it is empty, expected {expectedBytes} bytes" : $"has {actualBytes} bytes, expected {expectedBytes}";
            Assert.Equal($"{files.PathOf(fileName)}: {problem}", Fails(files).Message);
        }
    }

    [Theory]
    [MemberData(nameof(RequiredFiles))]
    public void Read_FileMissing_GivesPathAndByteCount(string fileName, int expectedBytes)
    {
        using var files = new LayerVectorFiles();
        File.Delete(files.PathOf(fileName));
        Assert.Equal($"{files.PathOf(fileName)}: cannot be read: the file does not exist, expected {expectedBytes} bytes", Fails(files).Message);
    }

    [Fact]
    public void Read_GenericOutputTruncated_IsNotIgnored()
    {
        using var files = new LayerVectorFiles();
        File.WriteAllBytes(files.PathOf("output_generic.bin"), new byte[3]);
        Assert.Equal($"{files.PathOf("output_generic.bin")}: has 3 bytes, expected {LayerVectorFiles.OutputBytes}", Fails(files).Message);
    }

    [Theory]
    [InlineData("", "cannot be read: it is empty")]
    [InlineData(" ", "line 1, byte 2: is not JSON")]
    [InlineData("{\n \"ic\": 2,\n", "line 3, byte 1: is not JSON")]
    [InlineData("{\"ic\": 0x2}", "line 1, byte 9: is not JSON")]
    [InlineData("[]", "is a list, expected an object")]
    [InlineData("3", "is a number, expected an object")]
    [InlineData("{\"ic\": 1, \"ic\": 2}", "ic: is there twice")]
    public void Read_ParametersNotAnObject_SaysWhere(string json, string problem)
    {
        using var files = new LayerVectorFiles();
        File.WriteAllText(files.PathOf("params.json"), json);
        Assert.Equal($"{files.PathOf("params.json")}: {problem}", Fails(files).Message);
    }

    [Fact]
    public void Read_ParametersMissingOrHuge_IsOneLine()
    {
        using var files = new LayerVectorFiles();
        File.WriteAllBytes(files.PathOf("params.json"), new byte[1024 * 1024 + 1]);
        Assert.Equal($"{files.PathOf("params.json")}: cannot be read: it has 1048577 bytes, expected at most 1048576", Fails(files).Message);
        File.Delete(files.PathOf("params.json"));
        Assert.Equal($"{files.PathOf("params.json")}: cannot be read: the file does not exist", Fails(files).Message);
    }

    [Fact]
    public void Read_DamagedParameters_NeverFailsInAnotherWay()
    {
        using var files = new LayerVectorFiles();
        byte[] whole = File.ReadAllBytes(files.PathOf("params.json"));
        int rejectedCount = 0;
        Gen<(int Position, byte Value)> change =
            from position in Gen.Choose(0, whole.Length - 1)
            from value in Gen.OneOf(Gen.Choose(0, 255).Select(static value => (byte)value), Gen.Elements("{}[]\",:0123456789eE+-."u8.ToArray()))
            select (position, value);
        Gen<(int Length, (int Position, byte Value)[] Changes)> damages =
            from length in Gen.Frequency((4, Gen.Constant(whole.Length)), (1, Gen.Choose(0, whole.Length - 1)))
            from count in Gen.Choose(1, 3)
            from changes in change.ArrayOf(count)
            select (length, changes);
        Properties.ForAll(2000, damages, FewerChanges, damage =>
        {
            byte[] damaged = (byte[])whole.Clone();
            foreach ((int position, byte value) in damage.Changes)
            {
                damaged[position] = value;
            }

            File.WriteAllBytes(files.PathOf("params.json"), damaged[..damage.Length]);
            Exception? failure = Record.Exception(() => LayerVectorReader.Read(files.Layer));
            if (failure is not null)
            {
                Assert.IsType<FixtureException>(failure);
                Assert.DoesNotContain('\n', failure.Message);
                rejectedCount++;
            }
        });

        Assert.InRange(rejectedCount, 1000, 2000);

        IEnumerable<(int Length, (int Position, byte Value)[] Changes)> FewerChanges((int Length, (int Position, byte Value)[] Changes) damage) =>
        [
            .. Properties.Towards(whole.Length, damage.Length).Select(length => damage with { Length = length }),
            .. damage.Changes.Select((_, left) => damage with { Changes = [.. damage.Changes[..left], .. damage.Changes[(left + 1)..]] }),
        ];
    }

    [SkippableTheory]
    [InlineData("layer0", "3_64_64_64_7_7_32_32_2_2_3_1")]
    [InlineData("layer1", "64_16_16_64_3_3_16_16_1_1_1_1")]
    [InlineData("layer9", "512_2_2_512_3_3_2_2_1_1_1_1")]
    public void Read_PublishedLayer_HasItsShape(string name, string configKey)
    {
        Skip.If(RepositoryPaths.SharedFolder is null, "the published vectors are not here");
        LayerVector vector = LayerVectorReader.Read(Path.Combine(RepositoryPaths.SharedFolder, "published", "iss_layers", name));
        Assert.Equal(configKey, vector.Shape.ConfigKey);
        Assert.NotNull(vector.ExpectedGeneric);
    }

    private static FixtureException Fails(LayerVectorFiles files) => Assert.Throws<FixtureException>(() => LayerVectorReader.Read(files.Layer));
}
