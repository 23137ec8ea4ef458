# Figures of many recordings in R, without any package.
#
#     stillpoint analyze study --format csv -o figures.csv
#     Rscript figures.R figures.csv

rows <- read.csv(commandArgs(trailingOnly = TRUE)[1], fileEncoding = "UTF-8", stringsAsFactors = FALSE)
windows <- subset(rows, rhythm == "cranial" & !is.na(rate_per_min))
windows$present <- windows$present == "true"
present <- subset(windows, present)
rate <- aggregate(rate_per_min ~ file + channel, present, median)
share <- aggregate(present ~ file + channel, windows, mean)
print(merge(rate, share), digits = 3, row.names = FALSE)
