using System.Globalization;
using TileProof.HwModel.Machine;

namespace TileProof.Verification.Options;

/// <summary>The sizes of the two local memory banks that a case runs with, or the setting without local memory.</summary>
/// <param name="Label">The short name in reports: <c>16k</c>, <c>61k</c>, <c>16384x8192</c>, <c>cache</c>.</param>
/// <param name="Dram0Bytes">The size of bank 0; 0 for cache only.</param>
/// <param name="Dram1Bytes">The size of bank 1; 0 for cache only.</param>
/// <param name="CacheOnly">Whether kernels may use no local memory and run through the data cache.</param>
public sealed record BankSetting(string Label, int Dram0Bytes, int Dram1Bytes, bool CacheOnly)
{
    /// <summary>The smallest bank that can be asked for.</summary>
    public const int MinimumBytes = DspConfiguration.MinimumBankBytes;

    /// <summary>The largest bank that can be asked for, 16 MiB.</summary>
    public const int MaximumBytes = DspConfiguration.MaximumBankBytes;

    /// <summary>Banks are multiples of this, the unit of the allocator.</summary>
    public const int GranularityBytes = DspConfiguration.BankGranularityBytes;

    /// <summary>Each bank of the published configuration, which calls it 61k.</summary>
    public const int PublishedBytes = 62976;

    private const string PublishedLabel = "61k";
    private const string CacheLabel = "cache";

    /// <summary>The default settings: five published bank sizes, 24k, and cache only.</summary>
    public static IReadOnlyList<BankSetting> All { get; } =
    [
        OfEqualBanks(4 * 1024), OfEqualBanks(8 * 1024), OfEqualBanks(16 * 1024), OfEqualBanks(24 * 1024), OfEqualBanks(32 * 1024),
        OfEqualBanks(PublishedBytes), WithoutBanks,
    ];

    /// <summary>No local memory: every kernel runs through the data cache.</summary>
    public static BankSetting WithoutBanks => new(CacheLabel, 0, 0, CacheOnly: true);

    /// <summary>Two banks of the same size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of range or no multiple of <see cref="GranularityBytes"/>.</exception>
    public static BankSetting OfEqualBanks(int bankBytes) => OfBanks(bankBytes, bankBytes);

    /// <summary>Two banks of any two sizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range or no multiple of <see cref="GranularityBytes"/>.</exception>
    public static BankSetting OfBanks(int dram0Bytes, int dram1Bytes)
    {
        if (!IsAllowed(dram0Bytes) || !IsAllowed(dram1Bytes))
        {
            throw new ArgumentOutOfRangeException(nameof(dram0Bytes), $"Banks of {dram0Bytes} and {dram1Bytes} bytes are not allowed: {AllowedSizes}.");
        }

        string label = dram0Bytes == dram1Bytes
            ? LabelOf(dram0Bytes)
            : string.Create(CultureInfo.InvariantCulture, $"{dram0Bytes}x{dram1Bytes}");
        return new BankSetting(label, dram0Bytes, dram1Bytes, CacheOnly: false);
    }

    /// <summary>Reads a comma-separated list such as <c>4k,61k,16384x8192,cache</c> or <c>all</c>; a setting named twice counts once.</summary>
    /// <exception cref="UserInputException">A name is not understood or a size is not allowed; the message says what is.</exception>
    public static IReadOnlyList<BankSetting> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split(',', StringSplitOptions.TrimEntries)
            .SelectMany(item => Is(item, "all") ? All : [Parse(item)])
            .Distinct()];
    }

    /// <summary>Reads one setting: <c>4k</c>, <c>61k</c> (62976 bytes, as published), plain bytes, <c>NxM</c> for unequal banks, or <c>cache</c>.</summary>
    /// <exception cref="UserInputException">The text is not understood or a size is not allowed; the message says what is.</exception>
    public static BankSetting Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Is(text, CacheLabel))
        {
            return WithoutBanks;
        }

        string[] sizes = text.Split('x', 'X');
        return sizes.Length switch
        {
            1 => OfEqualBanks(ParseBytes(text, text)),
            2 => OfBanks(ParseBytes(sizes[0], text), ParseBytes(sizes[1], text)),
            _ => throw NotUnderstood(text),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Label;

    private static string AllowedSizes => string.Create(
        CultureInfo.InvariantCulture, $"a bank takes {MinimumBytes} to {MaximumBytes} bytes (16 MiB) in steps of {GranularityBytes}");

    private static int ParseBytes(string size, string setting)
    {
        if (Is(size, PublishedLabel))
        {
            return PublishedBytes;
        }

        bool isKibibytes = size.EndsWith('k') || size.EndsWith('K');
        string digits = isKibibytes ? size[..^1] : size;
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit))
        {
            throw NotUnderstood(setting);
        }

        bool isReadable = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        long bytes = isKibibytes ? number * 1024L : number;
        return isReadable && IsAllowed(bytes) ? (int)bytes : throw new UserInputException($"bank size '{setting}' is not allowed: {AllowedSizes}");
    }

    private static bool IsAllowed(long bytes) => bytes is >= MinimumBytes and <= MaximumBytes && bytes % GranularityBytes == 0;

    private static string LabelOf(int bytes) => bytes switch
    {
        PublishedBytes => PublishedLabel,
        _ when bytes % 1024 == 0 && bytes != 61 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024}k"),
        _ => bytes.ToString(CultureInfo.InvariantCulture),
    };

    private static bool Is(string text, string name) => string.Equals(text, name, StringComparison.OrdinalIgnoreCase);

    private static UserInputException NotUnderstood(string setting) => new(
        $"bank setting '{setting}' is not understood; valid: {string.Join(", ", All)}, all, a size in bytes, or NxM for two unequal banks in bytes");
}
