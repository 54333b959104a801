using System.Text.Json;
using System.Text.Json.Nodes;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Execution;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;
using TileProof.Verification.Tuning;

namespace TileProof.Tests.Tuning;

public sealed class PlanFileTests
{
    private const string Key = "64_16_16_64_3_3_16_16_1_1_1_1";

    [Fact]
    public void Parse_WrittenPlans_AreTheSame()
    {
        var banks = new List<BankPlans>();
        foreach (BankSetting bank in BankSetting.All)
        {
            DspConfiguration configuration = CaseMatrix.ConfigurationFor(bank);
            var model = new PlanCostModel(CostCoefficients.Calibrated, MachineMode.MemoryModel, configuration);
            banks.Add(new BankPlans(bank, [.. ResNetLayerShapes.Pointwise.Select((shape, index) => bank.CacheOnly
                ? CachePlan.Of(shape)
                : index % 2 == 0
                    ? FreeTileSearch.Find(shape, configuration, model, hasOutputScales: true).Best
                    : CompatibleTileSearch.Find(shape, configuration, model, hasOutputScales: true).Best)], true));
        }

        string text = PlanFile.Write(new PlanSet(banks));
        PlanSet read = PlanFile.Parse("plans.json", text);

        Assert.Equal(text, PlanFile.Write(read));
        Assert.Equal(banks.SelectMany(static bank => bank.Plans), read.Banks.SelectMany(static bank => bank.Plans));
        Assert.Equal(BankSetting.All, read.Banks.Select(static bank => bank.Bank));
        Assert.Equal(banks[2].Plans[0], read.For(BankSetting.Parse("16k")).PlanOf(banks[2].Plans[0].Shape, CaseMatrix.ConfigurationFor(BankSetting.Parse("16k"))));
    }

    [Theory]
    [InlineData("rowTiles", "7", "rowTiles", "rows 14..15 are skipped")]
    [InlineData("rowTiles", "9", "rowTiles", "lies outside the output")]
    [InlineData("rowsInLastTile", "1", "rowTiles", "rows 15..15 are skipped")]
    [InlineData("rowsInLastTile", "3", "rowsInLastTile", "overflow the tile")]
    [InlineData("rowsPerTile", "3", "rowTiles", "cover 23 of 16 output rows")]
    [InlineData("rowsPerTile", "0", "rowsPerTile", "0 is not 1 to 16")]
    [InlineData("rowsPerTile", "2147483647", "rowsPerTile", "2147483647 is not 1 to 16")]
    [InlineData("channelTiles", "3", "channelTiles", "channels 48..63 are skipped")]
    [InlineData("channelsPerTile", "17", "channelTiles", "tiles overlap")]
    [InlineData("channelsInLastTile", "-1", "channelsInLastTile", "-1 is below 1")]
    [InlineData("banks", "\"0000000\"", "banks", "bank 0 overflows: input ping")]
    [InlineData("banks", "\"0020000\"", "banks", "seven digits of 0 and 1")]
    [InlineData("mode", "\"dsp\"", "mode", "unknown mode 'dsp'")]
    [InlineData("mode", "\"cache\"", "mode", "one tile and no schedule")]
    [InlineData("layer", "\"64_16_16_64_3_3_16_17_1_1_1_1\"", "layer", "the key of this geometry is 64_16_16_64_3_3_16_16_1_1_1_1")]
    [InlineData("layer", "\"64_16\"", "layer", "12 numbers")]
    [InlineData("layer", "\"64_16_16_64_5_5_16_16_1_1_2_1\"", "layer", "no kernel of the library")]
    [InlineData("layer", "\"0_16_16_64_3_3_16_16_1_1_1_1\"", "layer", "must be greater than or equal to '1'")]
    public void Parse_PlanThatCannotRun_IsRefusedWithLayerFieldAndReason(string field, string value, string namedField, string reason)
    {
        JsonNode file = PublishedPlanAt16k();
        JsonNode layer = file["banks"]![0]!["layers"]![0]!;
        layer[field] = JsonNode.Parse(value);

        string message = Refusal(file);

        Assert.StartsWith($"plans.json: layer {(string)layer["layer"]!}, banks 16k: field {namedField}: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_CachePathBesideBanks_IsAPlanOfThatSetting()
    {
        BankSetting bank = BankSetting.Parse("8k");
        Conv2dTilePlan[] plans = [CachePlan.Of(LayerKey.Parse("128_8_8_256_3_3_4_4_2_2_1_1")), CaseMatrix.PlanFor(LayerKey.Parse(Key), bank)];
        string text = PlanFile.Write(new PlanSet([new BankPlans(bank, plans, false)]));
        Assert.Equal(plans, PlanFile.Parse("plans.json", text).Banks[0].Plans);

        JsonNode file = JsonNode.Parse(text)!;
        file["banks"]![0]!["layers"]![0]!["banks"] = "0000001";
        Assert.Contains("field banks: the cache path has no buffer in a bank", Refusal(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("order", "\"columns-outer\"", "unknown loop order")]
    [InlineData("inputBuffers", "3", "3 is not 1 to 2")]
    [InlineData("coefficientBuffers", "0", "0 is not 1 to 2")]
    [InlineData("inputChannelsPerPass", "65", "65 is not 1 to 64")]
    [InlineData("secondCoefficientBank", "2", "2 is not 0 to 1")]
    [InlineData("partialSumBank", "-1", "-1 is not 0 to 1")]
    public void Parse_BadSchedule_IsRefused(string field, string value, string reason)
    {
        JsonNode file = PublishedPlanAt16k();
        file["banks"]![0]!["layers"]![0]!["schedule"] = new JsonObject
        {
            ["order"] = "rows-outer",
            ["inputBuffers"] = 1,
            ["coefficientBuffers"] = 1,
            ["inputChannelsPerPass"] = 32,
            ["keepsAllBiases"] = true,
            ["secondCoefficientBank"] = 0,
            ["partialSumBank"] = 1,
            [field] = JsonNode.Parse(value),
        };
        string message = Refusal(file);
        Assert.Contains($"layer {Key}, banks 16k: field schedule.{field}: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    /// <summary>What the JSON lacks is said in the words of the file, without those of the program that reads it.</summary>
    [Theory]
    [InlineData("rowsPerTile", "\"two\"", "a whole number")]
    [InlineData("layer", "7", "a text")]
    [InlineData("schedule", "[1]", "an object or list that belongs there")]
    public void Parse_FieldOfAnotherType_IsRefusedInPlainWords(string field, string value, string expected)
    {
        JsonNode file = PublishedPlanAt16k();
        file["banks"]![0]!["layers"]![0]![field] = JsonNode.Parse(value);

        string message = Refusal(file);

        Assert.Contains($"field $.banks[0].layers[0].{field}", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Path:", message, StringComparison.Ordinal);
    }

    // The padded image alone has more bytes than an int counts.
    [Fact]
    public void Parse_TileBeyondEveryBank_IsRefused()
    {
        JsonNode file = PublishedPlanAt16k();
        JsonNode layer = file["banks"]![0]!["layers"]![0]!;
        layer["layer"] = "100000_144_144_1_3_3_146_146_1_1_2_1";
        (layer["channelsPerTile"], layer["channelTiles"], layer["channelsInLastTile"]) = (1, 1, 1);
        (layer["rowsPerTile"], layer["rowTiles"], layer["rowsInLastTile"]) = (146, 1, 146);
        Assert.Contains("field banks: bank 0 overflows: input ping 2190400000", Refusal(file), StringComparison.Ordinal);
    }

    // Each bank filled to its last byte, and one allocation step smaller, beside another bank with room.
    [Theory]
    [InlineData("0011111")]
    [InlineData("1100000")]
    [InlineData("0101101")]
    [InlineData("1010010")]
    public void Parse_EachBankAtItsLimit_FitsAndOneStepLessDoesNot(string placement)
    {
        const int roomy = 65536;
        Conv2dShape[] shapes = [Conv2dShape.Create(6, 33, 47, 25, 3, 3, 1, 1), Conv2dShape.Create(8, 33, 47, 25, 1, 1, 2, 0), Conv2dShape.Create(5, 19, 31, 25, 3, 3, 2, 1)];
        foreach (Conv2dShape shape in shapes)
        {
            var plan = new TiledPlan { Shape = shape, ChannelsPerTile = 7, RowsPerTile = 3, Placement = BankPlacement.FromDigits(placement) };
            int[] lengths = BuffersOf(shape, channels: 7, rows: 3);
            foreach (int index in new[] { 0, 1 })
            {
                int used = lengths.Where((_, buffer) => placement[buffer] - '0' == index).Sum();
                Assert.Equal(plan, PlanFile.Parse("plans.json", TextOf(used)).Banks[0].Plans[0]);
                BankSetting tooSmall = index == 0 ? BankSetting.OfBanks(used - 64, roomy) : BankSetting.OfBanks(roomy, used - 64);
                string message = Assert.Throws<UserInputException>(() => PlanFile.Parse("plans.json", TextOf(used - 64))).Message;
                Assert.StartsWith($"plans.json: layer {shape.ConfigKey}, banks {tooSmall}: field banks: bank {index} overflows: ", message, StringComparison.Ordinal);
                Assert.EndsWith($"take {used} of {used - 64} bytes", message, StringComparison.Ordinal);

                string TextOf(int bytes) => PlanFile.Write(new PlanSet([new BankPlans(index == 0 ? BankSetting.OfBanks(bytes, roomy) : BankSetting.OfBanks(roomy, bytes), [plan], true)]));
            }
        }

        // Inputs, coefficients, outputs, biases and scales as the operator contract has them, each in whole allocation steps.
        static int[] BuffersOf(Conv2dShape shape, int channels, int rows)
        {
            int input = Steps((shape.InWidth + (2 * shape.Padding)) * (((rows - 1) * shape.Stride) + shape.KernelHeight) * shape.InChannels);
            int output = Steps(shape.OutWidth * rows * channels);
            return [input, input, Steps(shape.KernelHeight * shape.KernelWidth * shape.InChannels * channels), output, output, Steps(4 * shape.OutChannels), Steps(2 * shape.OutChannels)];
        }

        static int Steps(int bytes) => (bytes + 63) / 64 * 64;
    }

    // The bad plan stands in the first, the middle or the last place, among bank settings as among layers.
    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    public void Parse_OneBadPlanAmongMany_IsFoundWhereverItStands(int badBank, int badLayer)
    {
        BankSetting[] banks = [BankSetting.Parse("16384x8192"), BankSetting.Parse("24576x12288"), BankSetting.Parse("8192x16384")];
        Conv2dShape[] shapes = [LayerKey.Parse(Key), Conv2dShape.Create(6, 33, 47, 25, 3, 3, 1, 1), Conv2dShape.Create(8, 33, 47, 25, 1, 1, 2, 0)];
        JsonNode file = JsonNode.Parse(PlanFile.Write(new PlanSet([.. banks.Select(bank => new BankPlans(bank, [.. shapes.Select(shape => CaseMatrix.PlanFor(shape, bank))], true))])))!;
        Assert.Equal(3, PlanFile.Parse("plans.json", file.ToJsonString()).Banks.Count);
        JsonNode layer = file["banks"]![badBank]!["layers"]![badLayer]!;
        layer["rowTiles"] = (int)layer["rowTiles"]! + 1;
        Assert.StartsWith($"plans.json: layer {shapes[badLayer].ConfigKey}, banks {banks[badBank]}: field rowTiles: ", Refusal(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rowsPerTile", 17, "17 is not 1 to 16")]
    [InlineData("channelsPerTile", 65, "65 is not 1 to 64")]
    [InlineData("channelTiles", 0, "0 is below 1")]
    [InlineData("rowTiles", 0, "0 is below 1")]
    [InlineData("rowsInLastTile", 0, "0 is below 1")]
    [InlineData("channelsInLastTile", 17, "17 channels overflow the tile, which has 16")]
    [InlineData("channelTiles", 5, "4 x 16 + 16 cover 80 of 64 output channels: a tile lies outside the output")]
    [InlineData("channelsInLastTile", 15, "3 x 16 + 15 cover 63 of 64 output channels: channels 63..63 are skipped")]
    [InlineData("rowTiles", 7, "6 x 2 + 2 cover 14 of 16 output rows: rows 14..15 are skipped")]
    public void Parse_TileFieldAtItsLimit_IsRefusedOneBeyond(string field, int value, string reason)
    {
        JsonNode file = PublishedPlanAt16k();
        file["banks"]![0]!["layers"]![0]![field] = value;
        Assert.EndsWith(reason, Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_DmaWithoutBanksOrABankTwice_IsRefused()
    {
        JsonNode file = PublishedPlanAt16k();
        file["banks"]!.AsArray().Add(file["banks"]![0]!.DeepClone());
        Assert.Equal("plans.json: field banks: 16k occurs twice", Refusal(file));
        file = PublishedPlanAt16k();
        (file["banks"]![0]!["dram0Bytes"], file["banks"]![0]!["dram1Bytes"]) = (0, 0);
        Assert.Equal($"plans.json: layer {Key}, banks cache: field mode: there are no banks for DMA", Refusal(file));
    }

    // Each field of a schedule has a value of its own, so that none can stand for another.
    [Fact]
    public void Parse_WrittenSchedule_EveryFieldIsTheSame()
    {
        foreach ((int second, int sums) in new[] { (0, 1), (1, 0) })
        {
            var plan = new FreePlan
            {
                Shape = Conv2dShape.Create(6, 33, 47, 25, 3, 3, 1, 1),
                ChannelsPerTile = 7,
                RowsPerTile = 3,
                Placement = BankPlacement.FromDigits("0101101"),
                Schedule = new TileSchedule
                {
                    Order = LoopOrder.RowsOuter, InputBufferCount = 1, CoefficientBufferCount = 2, InputChannelsPerPass = 5, KeepsAllBiases = false, SecondCoefficientBank = second, PartialSumBank = sums,
                },
            };
            string text = PlanFile.Write(new PlanSet([new BankPlans(BankSetting.Parse("65536x32768"), [plan], true)]));
            Assert.Equal(plan, PlanFile.Parse("plans.json", text).Banks[0].Plans[0]);
            JsonNode schedule = JsonNode.Parse(text)!["banks"]![0]!["layers"]![0]!["schedule"]!;
            Assert.Equal(("rows-outer", 1, 2, 5), ((string)schedule["order"]!, (int)schedule["inputBuffers"]!, (int)schedule["coefficientBuffers"]!, (int)schedule["inputChannelsPerPass"]!));
            Assert.Equal((second, sums, false), ((int)schedule["secondCoefficientBank"]!, (int)schedule["partialSumBank"]!, (bool)schedule["keepsAllBiases"]!));
        }
    }

    // An output of one row has plans of two rows in the published tables, and none of three.
    [Fact]
    public void Parse_OneOutputRow_TwoRowsPerTileAndNoMore()
    {
        Conv2dShape shape = Conv2dShape.Create(6, 1, 47, 25, 3, 3, 1, 1);
        BankSetting bank = BankSetting.Parse("16384x8192");
        JsonNode file = JsonNode.Parse(PlanFile.Write(new PlanSet([new BankPlans(bank, [CaseMatrix.PlanFor(shape, bank) with { RowsPerTile = 2 }], true)])))!;
        Assert.Equal(2, PlanFile.Parse("plans.json", file.ToJsonString()).Banks[0].Plans[0].RowsPerTile);
        file["banks"]![0]!["layers"]![0]!["rowsPerTile"] = 3;
        Assert.EndsWith("field rowsPerTile: 3 is not 1 to 2", Refusal(file), StringComparison.Ordinal);
    }

    // Outputs of more bytes than 32 bits count must not wrap round to a tile that fits.
    [Fact]
    public void Parse_OutputBeyondAnInt_OverflowsItsBank()
    {
        JsonNode file = PublishedPlanAt16k();
        JsonNode bank = file["banks"]![0]!;
        (bank["dram0Bytes"], bank["dram1Bytes"]) = (16777216, 8388608);
        JsonNode layer = bank["layers"]![0]!;
        (layer["layer"], layer["banks"]) = ("1_1_1000000_2000_1_1_1_1000000_1_1_0_1", "0001100");
        (layer["channelsPerTile"], layer["channelTiles"], layer["channelsInLastTile"]) = (2000, 1, 2000);
        (layer["rowsPerTile"], layer["rowTiles"], layer["rowsInLastTile"]) = (2, 1, 1);
        Assert.Contains("field banks: bank 1 overflows: output ping 4000000000, output pong 4000000000 take ", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void RequireRoomFor_PerChannelLayerWithoutRoom_IsRefusedWhereverItStands()
    {
        BankSetting[] banks = [BankSetting.Parse("16384x8192"), BankSetting.Parse("24576x12288"), BankSetting.Parse("8192x16384")];
        Conv2dShape[] shapes = [LayerKey.Parse(Key), Conv2dShape.Create(6, 33, 47, 25, 3, 3, 1, 1), Conv2dShape.Create(8, 33, 47, 25, 1, 1, 2, 0)];
        foreach (int at in new[] { 0, 1, 2 })
        {
            Conv2dCall[] calls = [.. shapes.Select((shape, index) => Calls.Conv(shape, 1) with { WeightScales = index == at ? new float[shape.OutChannels] : [1f] })];
            PlanSet plans = new([.. banks.Select((bank, index) => new BankPlans(bank, [.. shapes.Select(shape => CaseMatrix.PlanFor(shape, bank))], index != at))]);
            string message = Assert.Throws<UserInputException>(() => plans.RequireRoomFor(calls)).Message;
            Assert.StartsWith($"plans: layer {shapes[at].ConfigKey}, banks {banks[at]}: field perChannelScales: ", message, StringComparison.Ordinal);
            new PlanSet([.. plans.Banks.Select(static bank => bank with { HasOutputScales = true })]).RequireRoomFor(calls);
            plans.RequireRoomFor(calls.Where((_, index) => index != at));
        }

        // The cache path has no buffers, so that it needs no room.
        new PlanSet([new BankPlans(banks[0], [CachePlan.Of(shapes[1])], false)]).RequireRoomFor([Calls.Conv(shapes[1], 1, perChannel: true)]);
    }

    [Fact]
    public void Parse_LayerTwice_IsRefused()
    {
        JsonNode file = PublishedPlanAt16k();
        JsonArray layers = file["banks"]![0]!["layers"]!.AsArray();
        layers.Add(layers[0]!.DeepClone());
        Assert.Contains("it occurs twice", Refusal(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{\"format\": \"tileproof plans 2\", \"banks\": []}")]
    [InlineData("{\"format\": \"tileproof plans 1\", \"banks\": null}")]
    [InlineData("{\"format\": \"tileproof plans 1\", \"banks\": []}")]
    [InlineData("{\"format\": \"tileproof plans 1\", \"banks\": [null]}")]
    [InlineData("{\"format\": \"tileproof plans 1\", \"banks\": [], \"banks\": []}")]
    [InlineData("{\"format\": \"tileproof plans 1\", \"banks\": [{\"dram0Bytes\": 4096, \"dram1Bytes\": 4096, \"perChannelScales\": false, \"layers\": [null]}]}")]
    [InlineData("{\"format\": \"tileproof plans 1\", \"banks\": [], \"tiles\": 1}")]
    [InlineData("{\"format\": \"tileproof plans 1\", \"banks\": [{\"dram0Bytes\": 100, \"dram1Bytes\": 100, \"perChannelScales\": false, \"layers\": []}]}")]
    [InlineData("{\"format\": \"tileproof plans 1\", \"banks\": [{\"dram0Bytes\": 4096, \"dram1Bytes\": 4096, \"perChannelScales\": false, \"layers\": [{\"layer\": 1}]}]}")]
    public void Parse_NoPlanFile_IsRefusedInOneLine(string json)
    {
        string message = Assert.Throws<UserInputException>(() => PlanFile.Parse("plans.json", json)).Message;
        Assert.StartsWith("plans.json: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain("TileProof.", message, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rowTiles", "\"8\"", "line 16, field $.banks[0].layers[0].rowTiles: ")]
    [InlineData("mode", "null", "line 11, field $.banks[0].layers[0].mode: ")]
    [InlineData("schedule", "[]", "line 19, field $.banks[0].layers[0].schedule: ")]
    [InlineData("tiles", "1", "line 19, field $.banks[0].layers[0].tiles: ")]
    public void Parse_WrongType_IsRefusedWithLineFieldAndReason(string field, string value, string place)
    {
        JsonNode file = PublishedPlanAt16k();
        file["banks"]![0]!["layers"]![0]![field] = JsonNode.Parse(value);
        string text = file.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
        Assert.StartsWith($"plans.json: {place}", Assert.Throws<UserInputException>(() => PlanFile.Parse("plans.json", text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DescribeUse_CountsLayersWithAPlan_AndRefusesNone()
    {
        PlanSet plans = PlanFile.Parse("plans.json", PublishedPlanAt16k().ToJsonString());
        Conv2dCall[] calls = [Calls.Conv(LayerKey.Parse(Key), 1), Calls.Conv(LayerKey.Parse("8_8_8_8_3_3_8_8_1_1_1_1"), 1)];
        Assert.StartsWith("plans: 1 of 4 layers and bank settings", plans.DescribeUse(calls, [BankSetting.Parse("16k"), BankSetting.Parse("8k")]), StringComparison.Ordinal);
        string message = Assert.Throws<UserInputException>(() => plans.DescribeUse(calls, [BankSetting.Parse("8k")])).Message;
        Assert.Equal($"plans: no layer of the networks has one at 8k; the file has plans for other layers or banks, such as {Key} at 16k", message);
    }

    [Fact]
    public void Read_MissingFile_IsRefused() =>
        Assert.Contains("cannot read the plan file", Assert.Throws<UserInputException>(static () => PlanFile.Read("no such file.json")).Message, StringComparison.Ordinal);

    private static string Refusal(JsonNode file) => Assert.Throws<UserInputException>(() => PlanFile.Parse("plans.json", file.ToJsonString())).Message;

    /// <summary>n16 x 4, R2 x 8.</summary>
    private static JsonNode PublishedPlanAt16k()
    {
        BankSetting bank = BankSetting.Parse("16k");
        return JsonNode.Parse(PlanFile.Write(new PlanSet([new BankPlans(bank, [CaseMatrix.PlanFor(LayerKey.Parse(Key), bank)], true)])))!;
    }
}
