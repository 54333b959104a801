using System.Text.Json;
using System.Text.Json.Serialization;
using TileProof.Golden.Import;
using TileProof.HwModel.Planning;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Verification.Tuning;

/// <summary>Reads and writes plan files: readable JSON, one entry a layer and bank setting.</summary>
public static class PlanFile
{
    private const int MaximumBytes = 64 * 1024 * 1024;
    private const string Format = "tileproof plans 1";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>The text of a file.</summary>
    public static string Write(PlanSet plans)
    {
        ArgumentNullException.ThrowIfNull(plans);
        var content = new PlanFileContent
        {
            Format = Format,
            Banks =
            [
                .. plans.Banks.Select(static bank => new PlanFileBank
                {
                    Dram0Bytes = bank.Bank.Dram0Bytes,
                    Dram1Bytes = bank.Bank.Dram1Bytes,
                    PerChannelScales = bank.HasOutputScales,
                    Layers = [.. bank.Plans.Select(PlanFileLayer.Of)],
                }),
            ],
        };
        return JsonSerializer.Serialize(content, Options) + "\n";
    }

    /// <summary>Reads a file and checks every plan.</summary>
    /// <exception cref="UserInputException">The file cannot be read, or a plan cannot be run; the message names layer, field and reason.</exception>
    public static PlanSet Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Parse(path, InputFile.ReadText(path, MaximumBytes));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"cannot read the plan file '{path}': {FileProblem.Describe(exception)}", exception);
        }
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="name">The name of the file, for messages.</param>
    /// <param name="json">Its text.</param>
    /// <exception cref="UserInputException">See <see cref="Read"/>.</exception>
    public static PlanSet Parse(string name, string json)
    {
        PlanFileContent content;
        try
        {
            content = JsonSerializer.Deserialize<PlanFileContent>(json, Options) ?? throw new UserInputException($"{name}: the file holds null");
        }
        catch (JsonException exception)
        {
            throw new UserInputException($"{name}: {PlanFileProblem.Describe(exception)}", exception);
        }

        if (content.Format != Format)
        {
            throw new UserInputException($"{name}: field format: '{content.Format}' is not '{Format}'");
        }

        var banks = new List<BankPlans>();
        RequireElements(name, "banks", content.Banks);
        if (content.Banks.Count == 0)
        {
            throw new UserInputException($"{name}: field banks: it has no bank setting");
        }

        foreach (PlanFileBank bank in content.Banks)
        {
            RequireElements(name, "layers", bank.Layers);
            BankSetting setting = ReadBank(name, bank);
            if (banks.Exists(other => other.Bank == setting))
            {
                throw new UserInputException($"{name}: field banks: {setting} occurs twice");
            }

            Conv2dTilePlan[] plans = [.. bank.Layers.Select(layer => new PlanFileCheck(name, setting, bank.PerChannelScales, layer).ToPlan())];
            if (plans.GroupBy(static plan => plan.Shape).FirstOrDefault(static group => group.Count() > 1) is { } twice)
            {
                throw new UserInputException($"{name}: layer {twice.Key.ConfigKey}, banks {setting}: field layer: it occurs twice");
            }

            banks.Add(new BankPlans(setting, plans, bank.PerChannelScales));
        }

        return new PlanSet(banks);
    }

    /// <summary>The declared types say that lists hold no nulls, and the reader does not check it.</summary>
    private static void RequireElements<T>(string name, string field, IReadOnlyList<T> elements)
        where T : class
    {
        if (elements.Contains(null!))
        {
            throw new UserInputException($"{name}: field {field}: null is no element of it");
        }
    }

    private static BankSetting ReadBank(string name, PlanFileBank bank)
    {
        try
        {
            return bank is { Dram0Bytes: 0, Dram1Bytes: 0 } ? BankSetting.WithoutBanks : BankSetting.OfBanks(bank.Dram0Bytes, bank.Dram1Bytes);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new UserInputException($"{name}: fields dram0Bytes and dram1Bytes: {exception.Message.Split(" (Parameter", StringSplitOptions.None)[0]}", exception);
        }
    }
}
